import {
  Body,
  BodyAction,
  getProperty,
  Headers,
  HeadersAction,
  HttpFilter,
  Plugin,
  properties,
  registerHttpFilter,
  setProperty,
  TrailersAction,
} from "as-proxy-wasm-sdk";

/** Uses every map and every body in every callback, mostly where it cannot work. The exchange goes on as if nothing had been done. */
class Everywhere extends HttpFilter {
  private touched: u32 = 0;

  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    this.touch();
    return HeadersAction.Continue;
  }

  onRequestBody(body: Body, endOfStream: bool): BodyAction {
    this.touch();
    return BodyAction.Continue;
  }

  onRequestTrailers(trailers: Headers): TrailersAction {
    this.touch();
    return TrailersAction.Continue;
  }

  onRequestMetadata(count: u32): void {
    this.touch();
  }

  onResponseHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    this.touch();
    headers.set("x-touched", this.touched.toString());
    return HeadersAction.Continue;
  }

  onResponseBody(body: Body, endOfStream: bool): BodyAction {
    this.touch();
    return BodyAction.Continue;
  }

  onResponseTrailers(trailers: Headers): TrailersAction {
    this.touch();
    return TrailersAction.Continue;
  }

  onResponseMetadata(count: u32): void {
    this.touch();
  }

  onLog(): void {
    this.touch();
  }

  onDone(): void {
    this.touch();
  }

  private touch(): void {
    touchHeaders(this.requestHeaders);
    touchHeaders(this.requestTrailers);
    touchHeaders(this.responseHeaders);
    touchHeaders(this.responseTrailers);
    touchBody(this.requestBody);
    touchBody(this.responseBody);
    touchProperties();
    this.plugin<EverywherePlugin>().touches += 1;
    this.touched += 1;
  }
}

class EverywherePlugin extends Plugin {
  touches: u32 = 0;

  onTick(): void {
    touchProperties();
  }
}

function touchHeaders(headers: Headers): void {
  headers.get("x-any");
  headers.getBytes("x-any");
  headers.getAll("x-any");
  headers.has(":path");
  headers.fields();
  headers.count;
  headers.byteSize;
  headers.set("x-any", "1");
  headers.setBytes("x-any", new Uint8Array(2).fill(0x80));
  headers.add("x-any", "2");
  headers.addBytes("x-any", new Uint8Array(2).fill(0xff));
  headers.get("x-any");
  headers.getAll("x-any");
  headers.fields();
  headers.remove("x-any");
  headers.setAll(headers.fields());
}

function touchBody(body: Body): void {
  body.size;
  body.bytes();
  body.text();
  body.slice(1, 3);
  body.slice(0xffffffff, 0xffffffff);
  body.replace(body.bytes());
  body.append(new Uint8Array(0));
  body.prepend(new Uint8Array(0));
}

function touchProperties(): void {
  getProperty([]);
  getProperty(["request"]);
  properties.request.path();
  properties.request.headers();
  properties.request.time();
  properties.response.code();
  properties.response.headers();
  properties.response.trailers();
  properties.connection.id();
  properties.connection.mtls();
  properties.source.address();
  properties.upstream.address();
  setProperty("everywhere", new Uint8Array(3));
  getProperty(["everywhere"]);
}

registerHttpFilter<Everywhere, EverywherePlugin>("everywhere");
