import {
  Body,
  BodyAction,
  BodyUse,
  Headers,
  HeadersAction,
  HttpFilter,
  registerHttpFilter,
} from "as-proxy-wasm-sdk";
import { Json } from "as-proxy-wasm-sdk/json";

const LIMIT = 64 * 1024;

class MarkFiltered extends HttpFilter {
  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    return this.collectRequestBody(LIMIT, BodyUse.Change);
  }

  onRequestBodyComplete(body: Body): BodyAction {
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
