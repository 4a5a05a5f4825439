import { HttpFilter, Headers, HeadersAction, registerHttpFilter } from "as-proxy-wasm-sdk";

class Hello extends HttpFilter {
  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    headers.set("x-hello", "world");
    return HeadersAction.Continue;
  }
}

registerHttpFilter<Hello>("hello");
