import {
  type Clusters,
  type Exchange,
  type GrpcMethod,
  type GrpcServerCall,
  toText,
} from "as-proxy-wasm-sim";
import { describe, expect, it } from "vitest";
import { headerOf, logged, start, stream } from "./simulated.js";

// gRPC calls and streams (abi.md E.1), against scripted servers.

const source = `
import {
  Configuration, GrpcCall, GrpcCallback, GrpcCallHandler, GrpcResponse, GrpcService, GrpcStatus, GrpcStream, GrpcStreamHandler, Headers,
  HeadersAction, HttpFilter, lastFailure, log, Plugin, registerHttpFilter, Timer, TimerHandler,
} from "as-proxy-wasm-sdk";

function bytesOf(text: string): Uint8Array { return Uint8Array.wrap(String.UTF8.encode(text)); }
function textOf(bytes: Uint8Array): string { return String.UTF8.decode(bytes.buffer); }

class Answer extends GrpcCallHandler<Asking> {
  onResponse(filter: Asking, response: GrpcResponse): void {
    log.info("status " + (<i32>response.status).toString() + " '" + response.message + "' '" + textOf(response.body) + "'");
    filter.requestHeaders.set("x-status", (<i32>response.status).toString());
    filter.resumeRequest();
  }
  onOwnerGone(response: GrpcResponse): void { log.info("owner gone, status " + (<i32>response.status).toString()); }
}

class Chat extends GrpcStreamHandler<Asking> {
  onInitialMetadata(filter: Asking, stream: GrpcStream, metadata: Headers): void {
    const status = metadata.get(":status");
    log.info("initial " + (status === null ? "none" : status));
  }
  onMessage(filter: Asking, stream: GrpcStream, message: Uint8Array): void {
    log.info("message " + textOf(message));
    if (textOf(message) == "bye") log.info("closed " + stream.close().toString() + " " + stream.close().toString() + " " + stream.send(bytesOf("x")).toString() + " " + lastFailure());
    if (textOf(message) == "stop") {
      log.info("cancelled " + stream.cancel().toString() + " " + stream.cancel().toString() + " " + stream.isOpen.toString());
      filter.resumeRequest();
    }
  }
  onTrailingMetadata(filter: Asking, stream: GrpcStream, metadata: Headers): void {
    const status = metadata.get("grpc-status");
    log.info("trailing " + (status === null ? "none" : status));
  }
  onClose(filter: Asking, stream: GrpcStream, status: GrpcStatus, message: string): void {
    log.info("close " + (<i32>status).toString() + " '" + message + "' " + stream.isOpen.toString() + " " + stream.send(bytesOf("x")).toString());
    filter.resumeRequest();
  }
  onOwnerGone(stream: GrpcStream): void {
    super.onOwnerGone(stream);
    log.info("stream's owner gone, open " + stream.isOpen.toString());
  }
}

class Asking extends HttpFilter {
  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    const how = headers.get("x-how")!;
    if (how.startsWith("stream")) {
      const stream = new GrpcService("g", "test.Service").metadata("x-a", "1").stream(this, "Chat", new Chat());
      if (stream === null) return this.refused();
      if (how == "stream") stream.send(bytesOf("hello"));
      if (how == "stream one") stream.send(bytesOf("hello"), true);
      return HeadersAction.StopAllIterationAndWatermark;
    }
    let service = new GrpcService(how == "unknown" ? "nowhere" : how == "no cluster" ? "" : "g", how == "bad service" ? "a b" : "test.Service");
    if (how == "bad metadata") service = service.metadata("x", "a\\nb");
    if (how == "pseudo metadata") service = service.metadata(":path", "/x");
    if (how == "bytes") service = service.metadataBytes("x-raw-bin", bytesOf("\\0\\xff"));
    const call = service.timeout(how == "for ever" ? 0 : 100).call(this, how == "no method" ? "" : "Method", bytesOf("request"), new Answer());
    if (call === null) return this.refused();
    if (how == "cancel") {
      log.info("cancelled " + call.cancel().toString() + " " + call.cancel().toString());
      return HeadersAction.Continue;
    }
    return HeadersAction.StopAllIterationAndWatermark;
  }
  private refused(): HeadersAction {
    log.info(lastFailure());
    return HeadersAction.Continue;
  }
}
registerHttpFilter<Asking>("test");
`;

async function run(
  how: string,
  methods: Record<string, GrpcMethod>,
  clientTimeoutMs = 1_000,
): Promise<{ exchange: Exchange; lines: string[] }> {
  const clusters: Clusters = {
    g: {
      grpc: Object.fromEntries(
        Object.entries(methods).map(([name, method]) => [`/test.Service/${name}`, method]),
      ),
    },
  };
  const envoy = await start(source, { clusters });
  const exchange = await envoy.replay(stream({ headers: { "x-how": how } }), { clientTimeoutMs });
  envoy.advance(10_000);
  const lines = logged(envoy);
  envoy.stop();
  return { exchange, lines };
}

describe("a unary call", () => {
  it.each<[string, GrpcMethod, string]>([
    ["succeeds", { messages: ["reply"] }, "status 0 '' 'reply'"],
    ["succeeds with nothing", {}, "status 0 '' ''"],
    [
      "fails with the server's words",
      { status: 7, statusMessage: "no way: 100% {sure}" },
      "status 7 'no way: 100% {sure}' ''",
    ],
    ["fails in time", "timeout", "status 14 'upstream request timeout' ''"],
    ["fails without a connection", "unreachable", "status 14 "],
    ["fails where no gRPC is spoken", { httpStatus: 503 }, "status 14 "],
  ])("%s", async (_, method, expected) => {
    const { exchange, lines } = await run("call", { Method: method });
    expect(exchange.outcome).toEqual({ kind: "completed" });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(expected);
    // Envoy's details, in braces behind the server's words, are left out.
    expect(lines[0]).not.toMatch(/\{(via_upstream|response_timeout|upstream_reset)/);
  });

  it.each([
    ["unknown", "no call was made: the cluster is unknown, or :method, :path or :authority is missing"],
    ["no cluster", "no call was made: cluster, service and method must be named, without spaces"],
    ["bad service", "no call was made: cluster, service and method must be named, without spaces"],
    ["no method", "no call was made: cluster, service and method must be named, without spaces"],
    ["bad metadata", "a field's value must not have control characters, such as CR, LF or NUL"],
    ["pseudo metadata", "a field's name must be a token of RFC 9110: letters, digits and !#$%&'*+-.^_`|~"],
  ])("with %s is not made", async (how, failure) => {
    const { exchange, lines } = await run(how, { Method: {} });
    expect(lines).toEqual([failure]);
    expect(exchange.outcome).toEqual({ kind: "completed" });
  });

  it("sends metadata of any bytes", async () => {
    let got: GrpcServerCall | null = null;
    await run("bytes", { Method: (call) => void ((got = call), call.end()) });
    const headers = new Map(got!.headers.map(([name, value]) => [toText(name), toText(value)]));
    expect(Buffer.from(headers.get("x-raw-bin")!, "base64").toString("latin1")).toBe("\0\xc3\xbf");
  });

  it("may be cancelled, and nothing comes then", async () => {
    const { exchange, lines } = await run("cancel", { Method: { delayMs: 20, messages: ["late"] } });
    expect([exchange.outcome.kind, lines]).toEqual(["completed", ["cancelled true false"]]);
  });

  it("whose stream has gone is told so", async () => {
    const { lines } = await run("for ever", { Method: { delayMs: 500 } }, 50);
    expect(lines).toEqual(["owner gone, status 0"]);
  });
});

describe("a stream", () => {
  const echo: GrpcMethod = (call) => {
    call.onMessage = (message) => call.send(message);
    call.onHalfClose = () => call.end();
  };

  it("sends and receives in both directions, and ends", async () => {
    const { exchange, lines } = await run("stream one", { Chat: echo });
    expect(exchange.outcome).toEqual({ kind: "completed" });
    expect(lines).toEqual(["initial 200", "message hello", "trailing 0", "close 0 '' false false"]);
  });

  it("closes its side once", async () => {
    const { lines } = await run("stream", {
      Chat: (call) => {
        call.onMessage = () => call.send("bye");
        call.onHalfClose = () => call.end(9, "bad state");
      },
    });
    expect(lines).toEqual([
      "initial 200",
      "message bye",
      "closed true false false the gRPC stream is closed in this direction",
      "trailing 9",
      "close 9 'bad state' false false",
    ]);
  });

  it("is cancelled once, and nothing comes then", async () => {
    const { exchange, lines } = await run("stream", {
      Chat: (call) => {
        call.onMessage = () => {
          call.send("stop");
          call.send("more");
        };
      },
    });
    expect(exchange.outcome).toEqual({ kind: "completed" });
    expect(lines).toEqual(["initial 200", "message stop", "cancelled true false false"]);
  });

  it("that can't be opened ends with all but messages", async () => {
    const { exchange, lines } = await run("stream", { Chat: "unreachable" });
    expect(exchange.outcome).toEqual({ kind: "completed" });
    expect(lines.map((line) => line.split(" ").slice(0, 2).join(" "))).toEqual([
      "initial none",
      "trailing 14",
      "close 14",
    ]);
  });

  it("is cancelled as soon as its HTTP stream has gone", async () => {
    let cancelled = false;
    const { lines } = await run(
      "stream",
      { Chat: (call) => void (call.onCancel = () => (cancelled = true)) },
      50,
    );
    expect(lines).toEqual(["stream's owner gone, open false"]);
    expect(cancelled).toBe(true);
  });

  it("to a cluster without hosts fails inside the call that opens it, and the callback around it goes on as it was", async () => {
    const envoy = await start(
      `
      import { GrpcService, GrpcStream, GrpcStreamHandler, Headers, HeadersAction, HttpFilter, registerHttpFilter }
        from "as-proxy-wasm-sdk";
      class Chat extends GrpcStreamHandler<Asking> {
        onMessage(filter: Asking, stream: GrpcStream, message: Uint8Array): void {}
      }
      class Asking extends HttpFilter {
        private opened: i32 = 0;
        onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
          const before = headers.get("x-how")!;
          for (let i = 0; i < 100; ++i) {
            // Enough garbage for a collection, were it thought that the callback has ended.
            if (before.repeat(1000).length == 0) return HeadersAction.Continue;
            if (new GrpcService("g", "package.Service").stream(this, "Chat", new Chat()) !== null) ++this.opened;
          }
          const after = headers.get("x-how");
          headers.set("x-kept", before + " " + (after === null ? "lost" : after) + " " + this.opened.toString());
          return HeadersAction.Continue;
        }
      }
      registerHttpFilter<Asking>("test");`,
      { clusters: { g: "no healthy host" } },
    );
    const exchange = await envoy.replay(stream({ headers: { "x-how": "so" } }));
    expect(exchange.outcome).toEqual({ kind: "completed" });
    expect(headerOf(exchange.upstream, "x-kept")).toBe("so so 0");
  });
});
