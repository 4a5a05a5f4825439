import { Headers, HeadersAction, HttpFilter, log, registerHttpFilter } from "as-proxy-wasm-sdk";

// One filter serves many HTTP streams. Envoy enters it only for the callbacks that it overrides.
class Hello extends HttpFilter {
  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    if (!headers.has("x-api-key")) {
      log.info("no x-api-key");
      // Answers the client; the upstream never sees the request.
      this.sendLocalReply(401, "missing x-api-key\n");
    }
    return HeadersAction.Continue;
  }

  // Runs for the 401 above as well: in Envoy a local reply passes the response callbacks.
  onResponseHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    headers.set("x-hello", "world");
    return HeadersAction.Continue;
  }
}

// The rootId in filter.json.
registerHttpFilter<Hello>("hello");
