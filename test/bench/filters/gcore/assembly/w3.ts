export * from "@gcoredev/proxy-wasm-sdk-as/assembly/proxy";
import {
  Context,
  FilterHeadersStatusValues,
  Headers,
  makeHeaderPair,
  registerRootContext,
  RootContext,
  send_http_response,
  stream_context,
} from "@gcoredev/proxy-wasm-sdk-as/assembly";

class AuthRoot extends RootContext {
  readonly tokens: Set<string> = new Set();

  /** One token a line. */
  onConfigure(size: u32): bool {
    if (!super.onConfigure(size)) return false;
    const lines = this.getConfiguration().split("\n");
    for (let i = 0; i < lines.length; ++i) this.tokens.add(lines[i]);
    return true;
  }

  createContext(id: u32): Context {
    return new Auth(id, this);
  }
}

class Auth extends Context {
  private readonly tokens: Set<string>;

  constructor(id: u32, root: AuthRoot) {
    super(id, root);
    this.tokens = root.tokens;
  }

  onRequestHeaders(count: u32, endOfStream: bool): FilterHeadersStatusValues {
    const value = stream_context.headers.request.get("authorization");
    if (!value.startsWith("Bearer ")) {
      return refuse(401, "token missing\n", [makeHeaderPair("www-authenticate", "Bearer")]);
    }
    if (!this.tokens.has(value.substring(7))) return refuse(403, "token unknown\n", []);
    return FilterHeadersStatusValues.Continue;
  }
}

function refuse(status: u32, body: string, headers: Headers): FilterHeadersStatusValues {
  send_http_response(status, "", String.UTF8.encode(body), headers);
  return FilterHeadersStatusValues.StopIteration;
}

registerRootContext((id: u32) => new AuthRoot(id), "bench");
