import {
  Body,
  BodyAction,
  Headers,
  HeadersAction,
  HttpFilter,
  log,
  registerHttpFilter,
} from "as-proxy-wasm-sdk";

/** Marks bodies at both ends, remembers the user of its stream, and asks for what is not there yet. */
class Bodies extends HttpFilter {
  user: string = "";

  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    const user = headers.get("x-user");
    if (user !== null) this.user = user;
    headers.set("x-too-early", `${this.requestBody.size} ${this.responseHeaders.has("server")}`);
    return HeadersAction.Continue;
  }

  onRequestBody(body: Body, endOfStream: bool): BodyAction {
    log.info(`slice ${String.UTF8.decode(body.slice(1, 2).buffer)} of ${body.size}, end ${endOfStream}`);
    body.prepend(Uint8Array.wrap(String.UTF8.encode("<")));
    body.append(Uint8Array.wrap(String.UTF8.encode(">")));
    return BodyAction.Continue;
  }

  onResponseHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    headers.set("x-user", this.user);
    return HeadersAction.Continue;
  }
}

registerHttpFilter<Bodies>("bodies");
