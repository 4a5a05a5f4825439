import { Headers, HeadersAction, HttpFilter, registerHttpFilter } from "as-proxy-wasm-sdk";

class Noop extends HttpFilter {
  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    return HeadersAction.Continue;
  }

  onResponseHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    return HeadersAction.Continue;
  }
}

registerHttpFilter<Noop>("bench");
