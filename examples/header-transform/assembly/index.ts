import { Headers, HeadersAction, HttpFilter, registerHttpFilter } from "as-proxy-wasm-sdk";
import { HeaderTransformPlugin } from "./plugin";

/** Changes request and response headers as the configuration says. */
class HeaderTransform extends HttpFilter {
  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    this.plugin<HeaderTransformPlugin>().request.apply(headers);
    return HeadersAction.Continue;
  }

  onResponseHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    this.plugin<HeaderTransformPlugin>().response.apply(headers);
    return HeadersAction.Continue;
  }
}

registerHttpFilter<HeaderTransform, HeaderTransformPlugin>("header-transform");
