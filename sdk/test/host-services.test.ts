import {
  Envoy,
  fromText,
  toText,
  type Exchange,
  type PluginConfig,
  type RecordedStream,
} from "as-proxy-wasm-sim";
import { beforeAll, expect, it } from "vitest";
import { compile } from "./compile.js";

// What the SDK offers besides streams, in a filter as an author writes it, run by the simulator.

const source = `
import {
  Configuration, Counter, Gauge, Headers, HeadersAction, Histogram, HttpFilter, lastFailure, log, Plugin,
  properties, registerHttpFilter, SharedCache, SharedCounter, SharedData, statsTags,
} from "as-proxy-wasm-sdk";

class Services extends Plugin {
  readonly requests: Counter = new Counter("requests");
  readonly open: Gauge = new Gauge("open");
  readonly bytes: Histogram = new Histogram("bytes");
  readonly visits: SharedCounter = new SharedCounter("visits");

  onConfigure(configuration: Configuration): bool {
    log.info(statsTags(["path", "code"]));
    return this.open.define();
  }
}

class Filter extends HttpFilter {
  private path: string = "";

  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    const services = this.plugin<Services>();
    services.open.increment();
    const path = properties.request.path();
    this.path = path === null ? "?" : path;
    headers.set("x-visit", services.visits.add().toString());

    const last = SharedCache.getText("last");
    headers.set("x-last", last === null ? "none" : last);
    SharedCache.setText("last", this.path, 60_000);

    SharedData.update("paths", (current: Uint8Array | null): Uint8Array | null => {
      const more = new Uint8Array(current === null ? 1 : current.length + 1);
      if (current !== null) more.set<Uint8Array>(current);
      return more;
    });
    headers.set("x-connection", properties.connection.id().toString());
    headers.set("x-code", properties.response.code().toString());
    headers.set("x-failure", lastFailure());
    return HeadersAction.Continue;
  }

  onLog(): void {
    const services = this.plugin<Services>();
    services.open.decrement();
    services.requests.with("path", this.path).with("code", properties.response.code().toString()).increment();
    services.bytes.record(<u64>properties.response.size(0));
    const paths = SharedData.getBytes("paths");
    log.info("paths " + (paths === null ? 0 : paths.length).toString());
  }
}

registerHttpFilter<Filter, Services>("services");
`;

let plugin: PluginConfig;
beforeAll(async () => {
  const { wasm, output } = await compile(source);
  if (wasm === null) throw new Error(output);
  plugin = {
    name: "services",
    rootId: "services",
    configuration: null,
    allowOnHeadersStopIteration: false,
    vmConfig: { vmId: "", code: wasm, configuration: null },
  };
});

function get(path: string): RecordedStream {
  return {
    id: path,
    source: "test",
    protocol: "HTTP/1.1",
    request: {
      headers: [
        [":authority", "example.com"],
        [":path", path],
        [":method", "GET"],
        [":scheme", "http"],
      ].map(([name, value]) => [fromText(name!), fromText(value!)]),
      body: { kind: "recorded", chunks: [] },
      trailers: null,
    },
    response: {
      headers: [[fromText(":status"), fromText("200")]],
      body: { kind: "recorded", chunks: [Buffer.from("hello")] },
      trailers: null,
    },
    notes: [],
  };
}

const upstreamSaw = ({ upstream }: Exchange): Record<string, string> =>
  Object.fromEntries(upstream!.headers.map(([name, value]) => [toText(name), toText(value)]));

const logged = ({ logs }: Exchange): string[] =>
  logs.map(({ text }) => toText(text).replace(/^wasm log[^:]*: /, ""));

it("counts, shares and reads properties across the streams of a filter", async () => {
  const envoy = await Envoy.start({ plugins: [plugin] });
  const first = await envoy.replay(get("/a"));
  const second = await envoy.replay(get("/b;code=500"));
  expect([first.outcome, second.outcome]).toEqual([{ kind: "completed" }, { kind: "completed" }]);
  expect(upstreamSaw(first)).toMatchObject({
    "x-visit": "1",
    "x-last": "none",
    "x-connection": "0",
    "x-code": "-1",
    "x-failure": "",
  });
  expect(upstreamSaw(second)).toMatchObject({ "x-visit": "2", "x-last": "/a" });
  expect(logged(second)).toContain("paths 2");
  expect(
    envoy.metrics.map(({ name, value, samples }) => [name, samples.length > 0 ? samples : value]),
  ).toEqual([
    ["wasmcustom.open", 0n],
    ["wasmcustom.requests;path=/a;code=200", 1n],
    ["wasmcustom.bytes", [5n, 5n]],
    ["wasmcustom.requests;path=/b_code_500;code=200", 1n],
  ]);
  envoy.stop();
});
