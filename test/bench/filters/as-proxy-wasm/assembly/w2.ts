import { Headers, HeadersAction, HttpFilter, registerHttpFilter } from "as-proxy-wasm-sdk";

class HeaderRules extends HttpFilter {
  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    const user = headers.get("x-user") || "";
    const tenant = headers.get("x-tenant") || "";
    const agent = headers.get("user-agent") || "";
    const path = headers.get(":path") || "";
    headers.add("x-caller", tenant + "/" + user);
    headers.add("x-origin", agent + " " + path);
    headers.remove("x-internal");
    return HeadersAction.Continue;
  }

  onResponseHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    headers.add("x-filter", "bench");
    return HeadersAction.Continue;
  }
}

registerHttpFilter<HeaderRules>("bench");
