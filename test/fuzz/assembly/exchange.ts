// A filter that does to every message what filters do: reads and writes header maps, collects a body, changes pieces.

import {
  Body,
  BodyAction,
  BodyUse,
  Configuration,
  Headers,
  HeadersAction,
  HttpFilter,
  Plugin,
  registerHttpFilter,
  TrailersAction,
} from "as-proxy-wasm-sdk";

const LIMIT: u32 = 64;
const MARK = Uint8Array.wrap(String.UTF8.encode("<"));

class Exchange extends HttpFilter {
  private use: BodyUse = BodyUse.Read;

  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    const use = headers.get("x-use");
    this.use = use === null || use.length != 1 ? BodyUse.Read : <BodyUse>(use.charCodeAt(0) & 3);
    handle(headers);
    return this.collectRequestBody(LIMIT, this.use);
  }

  onRequestBodyComplete(body: Body): BodyAction {
    if (this.use == BodyUse.Change || this.use == BodyUse.ChangeHeld) {
      body.prepend(MARK);
      body.append(body.slice(0, 1));
    }
    body.text();
    return BodyAction.Continue;
  }

  onRequestTrailers(trailers: Headers): TrailersAction {
    handle(trailers);
    return TrailersAction.Continue;
  }

  onResponseHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    headers.remove("content-length");
    handle(headers);
    return HeadersAction.Continue;
  }

  onResponseBody(body: Body, endOfStream: bool): BodyAction {
    const bytes = body.bytes();
    for (let i = 0; i < bytes.length; ++i) bytes[i] ^= 0x20;
    body.replace(bytes);
    return BodyAction.Continue;
  }

  onResponseTrailers(trailers: Headers): TrailersAction {
    handle(trailers);
    return TrailersAction.Continue;
  }

  onLog(): void {
    this.requestHeaders.get("x-a");
    this.responseHeaders.fields();
    this.requestBody.text();
    this.resumeRequest();
    this.resumeResponse();
  }
}

/** Reads everything, writes what the peer sent to wherever it may go, and copies the first x-a to x-copy. */
function handle(headers: Headers): void {
  const first = headers.get("x-a");
  headers.getAll("X-A");
  headers.byteSize;
  const fields = headers.fields();
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i];
    const value = fields[i + 1];
    if (name == "x-as-name") headers.add(value, name);
    else if (name == "x-as-value") headers.set("x-value", value);
    else if (name == "x-remove") headers.remove(value);
    else if (name == "x-all") headers.setAll(["x-kept", value]);
  }
  headers.set("x-copy", first === null ? "none" : first);
}

class Root extends Plugin {
  onConfigure(configuration: Configuration): bool {
    const read = configuration.optionalReader();
    read.boolean("enabled", true);
    read.integer("limit", 5, 1, 100);
    read.string("name", "none", 1, 8);
    read.strings("tags");
    return read.problem() === null;
  }
}

registerHttpFilter<Exchange, Root>("");
