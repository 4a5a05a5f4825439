import {
  Configuration,
  Headers,
  HeadersAction,
  HttpFilter,
  LocalReplyOptions,
  Plugin,
  registerHttpFilter,
} from "as-proxy-wasm-sdk";

class AuthPlugin extends Plugin {
  readonly tokens: Set<string> = new Set();

  /** One token a line. */
  onConfigure(configuration: Configuration): bool {
    const lines = configuration.text().split("\n");
    for (let i = 0; i < lines.length; ++i) this.tokens.add(lines[i]);
    return true;
  }
}

class Auth extends HttpFilter {
  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    const value = headers.get("authorization");
    if (value === null || !value.startsWith("Bearer ")) {
      const options = new LocalReplyOptions();
      options.headers = ["www-authenticate", "Bearer"];
      this.sendLocalReply(401, "token missing\n", options);
    } else if (!this.plugin<AuthPlugin>().tokens.has(value.substring(7))) {
      this.sendLocalReply(403, "token unknown\n");
    }
    return HeadersAction.Continue;
  }
}

registerHttpFilter<Auth, AuthPlugin>("bench");
