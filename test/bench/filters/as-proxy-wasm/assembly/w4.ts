import {
  Body,
  BodyAction,
  Headers,
  HeadersAction,
  HttpFilter,
  Json,
  registerHttpFilter,
} from "as-proxy-wasm-sdk";

class MarkFiltered extends HttpFilter {
  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    headers.remove("content-length");
    return HeadersAction.Continue;
  }

  onRequestBody(body: Body, endOfStream: bool): BodyAction {
    if (!endOfStream) return BodyAction.StopIterationAndBuffer;
    const json = Json.parse(body.bytes()).value;
    if (json === null) {
      this.sendLocalReply(400, "the body is no JSON object\n");
      return BodyAction.StopIterationNoBuffer;
    }
    body.replace(json.withMember("filtered", "true"));
    return BodyAction.Continue;
  }
}

registerHttpFilter<MarkFiltered>("bench");
