import { Body, BodyAction, Headers, HeadersAction, HttpFilter, registerHttpFilter } from "as-proxy-wasm-sdk";
import { Json } from "as-proxy-wasm-sdk/json";

class MarkFiltered extends HttpFilter {
  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    headers.remove("content-length");
    return HeadersAction.Continue;
  }

  onRequestBody(body: Body, endOfStream: bool): BodyAction {
    if (!endOfStream) return BodyAction.StopIterationAndBuffer;
    const json = Json.parse(body.bytes()).value;
    if (json === null) return this.refuse();
    const marked = json.withMember("filtered", "true");
    if (marked === null) return this.refuse();
    body.replace(marked);
    return BodyAction.Continue;
  }

  private refuse(): BodyAction {
    this.sendLocalReply(400, "the body is no JSON object\n");
    return BodyAction.StopIterationNoBuffer;
  }
}

registerHttpFilter<MarkFiltered>("bench");
