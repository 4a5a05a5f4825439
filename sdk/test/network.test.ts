import { type ConnectionExchange, Envoy, type RecordedConnection } from "as-proxy-wasm-sim";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { logged, plugin } from "./simulated.js";

// TCP connections: data of both directions, holding and resuming, closing, choosing the cluster by the first frame.

const source = `
import {
  bigEndian16, bigEndian32, ClosedBy, FrameInspector, FrameRewriter, HttpCallback, HttpRequest, HttpResponse, lastFailure, log,
  NetworkAction, NetworkFilter, Plugin, registerNetworkFilter, StreamData,
} from "as-proxy-wasm-sdk";

class Replies extends FrameInspector<Tcp> {
  constructor() { super(4, 1000); }
  frameSize(head: Uint8Array): i64 { return 4 + <i64>bigEndian32(head, 0); }
  onFrame(filter: Tcp, frame: Uint8Array): void { log.info("reply of " + frame.length.toString()); }
}

class Requests extends FrameRewriter<Tcp> {
  constructor() { super(4, 1000); }
  frameSize(head: Uint8Array): i64 { return 4 + <i64>bigEndian32(head, 0); }
  onFrame(filter: Tcp, frame: Uint8Array): Uint8Array | null {
    log.info("request of " + frame.length.toString());
    filter.route(frame[4] == 0x62 ? "batch" : "normal");
    return frame[4] == 0x64 ? null : frame;
  }
}

class Tcp extends NetworkFilter {
  private how: string = "";
  private requests: Requests = new Requests();
  private replies: Replies = new Replies();
  private routed: bool = false;

  onNewConnection(): NetworkAction {
    this.how = this.plugin<Plugin>().contextId > 0 ? HOW : "";
    log.info("connected");
    return this.how == "frames" ? NetworkAction.StopIteration : NetworkAction.Continue;
  }

  route(cluster: string): void {
    if (!this.routed && !this.setTcpCluster(cluster)) log.info(lastFailure());
    this.routed = true;
  }

  onDownstreamData(data: StreamData, endOfStream: bool): NetworkAction {
    log.info("down " + data.size.toString() + (endOfStream ? " end" : ""));
    if (this.how == "frames") return this.requests.decode(this, data, endOfStream);
    if (this.how == "change" && data.size > 0) {
      data.drop(1);
      data.prepend(Uint8Array.wrap(String.UTF8.encode("<")));
      data.append(Uint8Array.wrap(String.UTF8.encode(">")));
    }
    if (this.how == "close") {
      log.info(this.closeDownstream().toString() + " " + this.closeDownstream().toString() + " " + lastFailure());
      return NetworkAction.StopIteration;
    }
    if (this.how == "hold" && data.size > 0) {
      if (this.resumeDownstream()) log.info("must not be");
      log.info(lastFailure());
      HttpRequest.get("a", "/").send(this, new HttpCallback<Tcp>((filter, response) => {
        log.info("resumed " + filter.resumeDownstream().toString() + " " + filter.resumeDownstream().toString());
      }));
      return NetworkAction.StopIteration;
    }
    return NetworkAction.Continue;
  }

  onUpstreamData(data: StreamData, endOfStream: bool): NetworkAction {
    return this.how == "frames" ? this.replies.decode(this, data, endOfStream) : NetworkAction.Continue;
  }
  onDownstreamClose(by: ClosedBy): void { log.info("closed by " + (<i32>by).toString()); }
  onUpstreamClose(by: ClosedBy): void { log.info("upstream closed"); }
  onLog(): void { log.info("log"); }
  onDone(): void { log.info("done"); }
}
registerNetworkFilter<Tcp>("test");
`;

const envoys = new Map<string, Envoy>();
async function run(how: string, events: RecordedConnection["events"]): Promise<ConnectionExchange> {
  return envoys.get(how)!.replayConnection({ id: "connection", events });
}

beforeAll(async () => {
  for (const how of ["pass", "change", "hold", "close", "frames"])
    envoys.set(
      how,
      await Envoy.start({
        plugins: [await plugin(source.replace("HOW", JSON.stringify(how)), { kind: "network" })],
        clusters: { a: { delayMs: 5 } },
        tcpConnectsOnData: how === "frames",
      }),
    );
});
afterAll(() => envoys.forEach((envoy) => envoy.stop()));

const text = (bytes: Uint8Array | null): string | null =>
  bytes === null ? null : Buffer.from(bytes).toString();
const client = (bytes: string) => ({ from: "client", kind: "data", bytes }) as const;
const upstream = (bytes: string) => ({ from: "upstream", kind: "data", bytes }) as const;
const frame = (content: string): string => `\0\0\0${String.fromCharCode(content.length)}${content}`;

describe("a connection", () => {
  it("passes in both directions", async () => {
    const exchange = await run("pass", [client("abc"), upstream("de"), client("f")]);
    expect(exchange.outcome.kind).toBe("completed");
    expect([text(exchange.upstream), text(exchange.downstream)]).toEqual(["abcf", "de"]);
    expect(logged(exchange)).toEqual(
      expect.arrayContaining(["connected", "down 3", "down 1", "down 0 end", "done", "log"]),
    );
  });

  it("may be changed", async () => {
    expect(text((await run("change", [client("xabc")])).upstream)).toBe("<abc>");
  });

  it("is held and resumed, once, from an answer to a callout", async () => {
    const exchange = await run("hold", [client("abc"), { kind: "wait", milliseconds: 50 }]);
    expect(exchange.outcome.kind).toBe("completed");
    expect(text(exchange.upstream)).toBe("abc");
    expect(logged(exchange)).toEqual(
      expect.arrayContaining([
        "a callback does not resume its own direction: it returns Continue",
        "resumed true false",
      ]),
    );
  });

  it("is closed once", async () => {
    const exchange = await run("close", [client("abc"), client("def")]);
    expect(exchange.outcome.kind).toBe("closed");
    expect(text(exchange.upstream) ?? "").toBe("");
    expect(logged(exchange)).toContain("true false this stream was closed or answered already");
  });
});

describe("frames", () => {
  it.each([
    ["whole", [frame("batch")]],
    ["cut", ["\0\0", "\0", "\x05b", "at", "ch"]],
  ])("%s choose the cluster before anything is connected", async (_, pieces) => {
    const exchange = await run("frames", pieces.map(client));
    expect(exchange.outcome.kind).toBe("completed");
    expect([exchange.cluster, text(exchange.upstream)]).toEqual(["batch", frame("batch")]);
  });

  it("are dropped, and inspected on their way back", async () => {
    const exchange = await run("frames", [
      client(frame("normal") + frame("dropped") + frame("x").slice(0, 3)),
      client(frame("x").slice(3)),
      upstream(frame("reply").slice(0, 6)),
      upstream(frame("reply").slice(6) + frame("")),
    ]);
    expect([exchange.cluster, text(exchange.upstream)]).toEqual(["normal", frame("normal") + frame("x")]);
    expect(text(exchange.downstream)).toBe(frame("reply") + frame(""));
    expect(logged(exchange).filter((line) => /^(request|reply)/.test(line))).toEqual([
      "request of 10",
      "request of 11",
      "request of 5",
      "reply of 9",
      "reply of 4",
    ]);
  });

  it("that never end go on at the end of the stream", async () => {
    const exchange = await run("frames", [client("\0\0\0\x09half")]);
    expect(text(exchange.upstream)).toBe("\0\0\0\x09half");
  });
});
