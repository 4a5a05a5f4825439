export * from "@solo-io/proxy-runtime/proxy";
import {
  Context,
  FilterHeadersStatusValues,
  registerRootContext,
  RootContext,
  stream_context,
} from "@solo-io/proxy-runtime";

class HeaderRulesRoot extends RootContext {
  createContext(id: u32): Context {
    return new HeaderRules(id, this);
  }
}

class HeaderRules extends Context {
  onRequestHeaders(count: u32, endOfStream: bool): FilterHeadersStatusValues {
    const headers = stream_context.headers.request;
    const user = headers.get("x-user");
    const tenant = headers.get("x-tenant");
    const agent = headers.get("user-agent");
    const path = headers.get(":path");
    headers.add("x-caller", tenant + "/" + user);
    headers.add("x-origin", agent + " " + path);
    headers.remove("x-internal");
    return FilterHeadersStatusValues.Continue;
  }

  onResponseHeaders(count: u32, endOfStream: bool): FilterHeadersStatusValues {
    stream_context.headers.response.add("x-filter", "bench");
    return FilterHeadersStatusValues.Continue;
  }
}

registerRootContext((id: u32) => new HeaderRulesRoot(id), "bench");
