import { readFile } from "node:fs/promises";
import { calloutClusters, parseRecording, type PluginConfig, type RecordedItem } from "as-proxy-wasm-sim";
import { compareHosts } from "as-proxy-wasm-sim/real-envoy";
import { expect, test } from "vitest";
import { hasEnvoy } from "../lab/envoy/has-envoy.js";
import { compileFilter } from "../lab/index.js";

// What event files say besides streams comes to the same in the simulator and in a real Envoy, where there is one.
const plugin = async (name: string, kind: "http" | "network"): Promise<PluginConfig> => ({
  name,
  kind,
  rootId: name,
  configuration: "first",
  allowOnHeadersStopIteration: true,
  vmConfig: {
    vmId: "",
    code: await readFile(await compileFilter(`test/recordings/assembly/${name}.ts`)),
    configuration: null,
  },
});

const line = (fields: object): string => `${JSON.stringify({ v: 1, at: 0, ...fields })}\n`;

function stream(id: string, ...more: object[]): string {
  const headers = [
    [":authority", "a.example"],
    [":path", `/${id}`],
    [":method", "GET"],
    [":scheme", "http"],
  ];
  return [
    line({ id, ev: "req.headers", headers, end: true }),
    line({
      id,
      ev: "res.headers",
      headers: [
        [":status", "200"],
        ["content-length", "2"],
      ],
      end: false,
    }),
    line({ id, ev: "res.data", utf8: "ok", end: true }),
    ...more.map((fields) => line({ id, ev: "callout", ...fields })),
  ].join("");
}

const authn = (answer: object) => ({ cluster: "authn", answer });
const quota = (answer: object) => ({ cluster: "quota", method: "/demo.Quota/Take", answer });
const configure = (text: string, more: object = {}): string =>
  line({ ev: "config", plugins: [{ plugin: "asking", utf8: text }], ...more });

const items = (text: string): readonly RecordedItem[] =>
  parseRecording(Buffer.from(text), "all.stream.jsonl").items;

test.runIf(hasEnvoy)("answers to callouts, time that passes and updates", async () => {
  const recording = items(
    [
      line({ ev: "callout", ...quota({ grpcStatus: 0, messages: [{ utf8: "any" }] }) }),
      stream(
        "allowed",
        authn({ status: 200, headers: [["x-user", "jo"]], body: { utf8: "yes" }, delayMs: 20 }),
      ),
      stream("denied", authn({ status: 401, body: { utf8: "who?" }, trailers: [["x-sum", "1"]] })),
      stream(
        "limited",
        authn({ status: 200 }),
        quota({ grpcStatus: 8, statusMessage: "50 % over", trailingMetadata: [["x-left", "0"]] }),
      ),
      configure("second"),
      line({ ev: "advance", ms: 100 }),
      stream("late", authn({ failure: "timeout" })),
      stream("cut", authn({ failure: "reset" })),
      stream("closed", authn({ failure: "disconnect" })),
      configure("refused", { expect: "rejected" }),
      stream("grpc-late", authn({ status: 204 }), quota({ failure: "timeout" })),
      stream("grpc-closed", authn({ status: 200 }), quota({ failure: "disconnect" })),
    ].join(""),
  );
  const comparison = await compareHosts(
    {
      plugins: [await plugin("asking", "http")],
      clusters: await calloutClusters(recording),
      dynamicListeners: true,
    },
    recording,
  );
  expect(comparison).toMatchObject({ difference: null, skipped: [], equal: { streams: 8, connections: 0 } });
  expect(comparison.equal.logLines).toBeGreaterThan(10);
});

test.runIf(hasEnvoy)("a cluster that is unreachable in every answer is so as a whole", async () => {
  const recording = items(
    stream("dead", authn({ failure: "unreachable" })) + stream("none", authn({ failure: "unreachable" })),
  );
  const options = {
    plugins: [await plugin("asking", "http")],
    clusters: await calloutClusters(recording),
  };
  expect(await compareHosts(options, recording)).toMatchObject({ difference: null, equal: { streams: 2 } });
});

test.runIf(hasEnvoy)("connections", async () => {
  const recording = items(
    [
      line({ id: "mail", ev: "tcp.open" }),
      line({ id: "mail", ev: "tcp.data", from: "client", utf8: "helo" }),
      line({ id: "mail", ev: "tcp.data", from: "upstream", utf8: "250 ok" }),
      line({ id: "mail", ev: "tcp.end", from: "client" }),
      line({ id: "mail", ev: "tcp.end", from: "upstream" }),
    ].join(""),
  );
  expect(await compareHosts({ plugins: [await plugin("shout", "network")] }, recording)).toMatchObject({
    difference: null,
    equal: { streams: 0, connections: 1, bytes: 12 },
  });
});
