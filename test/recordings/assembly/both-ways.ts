// Changes headers and bodies in both directions, and answers some requests by itself.
import {
  Body,
  BodyAction,
  BodyUse,
  Headers,
  HeadersAction,
  HttpFilter,
  registerHttpFilter,
} from "as-proxy-wasm-sdk";

class BothWays extends HttpFilter {
  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    if (headers.get(":path")! == "/denied") {
      this.sendLocalReply(403, "denied\n");
      return HeadersAction.StopAllIterationAndWatermark;
    }
    headers.set("x-seen", headers.get(":path")!);
    headers.remove("x-secret");
    return this.collectRequestBody(64 * 1024, BodyUse.Change);
  }

  onRequestBodyComplete(body: Body): BodyAction {
    if (body.size > 0) body.replaceText(body.text().toUpperCase());
    return BodyAction.Continue;
  }

  onResponseHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    headers.add("x-filter", "both-ways");
    return this.collectResponseBody(64 * 1024, BodyUse.Change);
  }

  onResponseBodyComplete(body: Body): BodyAction {
    body.replaceText("<" + body.text() + ">");
    return BodyAction.Continue;
  }
}

registerHttpFilter<BothWays>("both-ways");
