// gRPC callouts (abi.md 7.5, E.1). What each case logs was measured in Envoy 1.40 with a real gRPC server.
import { expect, test } from "vitest";
import { logged, runOne, start } from "../testing/run-filter.js";
import { stream } from "../testing/streams.js";
import type { Clusters } from "./clusters.js";
import type { GrpcMethod, GrpcServerCall } from "./grpc-upstream.js";

/** Tells about every gRPC callback: what it is, the last status, and the maps and the buffer that can be read. */
const telling = `
  function tell(what: string): void {
    log(what + " | " + lastStatus() + " | " + get(4, "x") + allPairs(4) + " | " + get(5, "x") + allPairs(5) + " | " + buffer(5));
  }
  export function proxy_on_grpc_receive_initial_metadata(root: i32, token: i32, n: i32): void { tell("initial " + n.toString()); onInitial(token); }
  export function proxy_on_grpc_receive(root: i32, token: i32, n: i32): void { tell("message " + n.toString()); onMessage(token); }
  export function proxy_on_grpc_receive_trailing_metadata(root: i32, token: i32, n: i32): void { tell("trailing " + n.toString()); }
  export function proxy_on_grpc_close(root: i32, token: i32, code: i32): void { tell("close " + code.toString()); onClose(token); }
  export function proxy_on_log(id: i32): void { log("done"); }`;

interface Does {
  /** After the call was dispatched. */
  readonly dispatched?: string;
  readonly onInitial?: string;
  readonly onMessage?: string;
  readonly onClose?: string;
  readonly timeout?: number;
  readonly target?: string;
}

function filter(dispatch: string, does: Does): string {
  const { dispatched = "", onInitial = "", onMessage = "", onClose = "" } = does;
  return (
    telling +
    `function onInitial(token: i32): void { ${onInitial} }
     function onMessage(token: i32): void { ${onMessage} }
     function onClose(token: i32): void { ${onClose} }
     export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 {
       store<u32>(out, 77);
       const status = ${dispatch};
       const token = load<i32>(out);
       log(status.toString() + " " + token.toString());
       ${dispatched}
       return CONTINUE; }`
  );
}

async function run(source: string, clusters: Clusters): Promise<string[]> {
  const envoy = await start(source, { clusters });
  await envoy.replay(stream());
  envoy.advance(1000);
  return logged(envoy).filter((line) => line !== "done");
}

const call = (answer: GrpcMethod, does: Does = {}) =>
  run(
    filter(
      `grpcCall(${does.target ?? 'grpcService("g")'}, "Method", "X-A: 1|x-raw-bin: ab", "request", ${does.timeout ?? 0})`,
      does,
    ),
    { g: { grpc: { "/test.Service/Method": answer } } },
  );

const open = (answer: GrpcMethod, does: Does = {}) =>
  run(filter(`grpcStream(${does.target ?? 'grpcService("g")'}, "Method", "")`, does), {
    g: { grpc: { "/test.Service/Method": answer } },
  });

const noMaps = "<2> | <2>";
const refused =
  "upstream connect error or disconnect/reset before headers. reset reason: remote connection failure";
const refusedDetails =
  "{upstream_reset_before_response_started{remote_connection_failure|delayed_connect_error:_Connection_refused}}";

test.each<[string, GrpcMethod, string]>([
  ["a message", { messages: ["hi"] }, `message 2 | 0  | ${noMaps} | hi`],
  ["an empty message", {}, `message 0 | 0  | ${noMaps} | `],
  ["the last of several", { messages: ["one", "two"] }, `message 3 | 0  | ${noMaps} | two`],
  ["status 0 without a message", { messages: [] }, `close 13 | 13  | ${noMaps} | `],
  ["a status", { status: 7 }, `close 7 | 7 via_upstream | ${noMaps} | `],
  [
    "a status with text",
    { status: 7, statusMessage: "100 % no\n" },
    `close 7 | 7 100 %25 no%0A{via_upstream} | ${noMaps} | `,
  ],
  [
    "a status after metadata",
    { status: 8, statusMessage: "late", initialMetadata: { "x-init": "1" } },
    `close 8 | 8 late{via_upstream} | ${noMaps} | `,
  ],
  ["HTTP 503", { httpStatus: 503 }, `close 14 | 14 via_upstream | ${noMaps} | `],
  ["HTTP 200", { httpStatus: 200, body: "plain" }, `close 13 | 13 via_upstream | ${noMaps} | `],
  ["nobody", "unreachable", `close 14 | 14 ${refused}${refusedDetails} | ${noMaps} | `],
  [
    "a reset",
    "reset",
    `close 14 | 14 upstream connect error or disconnect/reset before headers. reset reason: remote reset{upstream_reset_before_response_started{remote_reset}} | ${noMaps} | `,
  ],
])("a call answered with %s is one callback", async (_what, answer, callback) => {
  expect(await call(answer)).toEqual(["0 5", callback]);
});

test("a call that nobody answers ends at its timeout, and the server hears of it", async () => {
  let cancelled = false;
  const hang = (server: GrpcServerCall) => {
    server.onCancel = () => (cancelled = true);
  };
  expect(await call(hang, { timeout: 80 })).toEqual([
    "0 5",
    `close 14 | 14 upstream request timeout{response_timeout} | ${noMaps} | `,
  ]);
  expect(cancelled).toBe(true);
  expect(await call(hang)).toEqual(["0 5"]);
});

test("a method without a script is unimplemented, and a cluster without gRPC too, with a warning", async () => {
  const source = filter(`grpcCall(grpcService("g"), "Method", "", "request", 0)`, {});
  const unknown = `close 12 | 12 unknown method{via_upstream} | ${noMaps} | `;
  expect(await run(source, { g: { grpc: {} } })).toEqual(["0 5", unknown]);
  const envoy = await start(source, { clusters: { g: { body: "HTTP only" } } });
  await envoy.replay(stream());
  expect(envoy.warnings).toEqual([expect.stringContaining('gRPC of the cluster "g"')]);
});

test("a target by name: unknown is 4; as a message it is 10, and a close follows after the callback", async () => {
  const closed = `close 14 | 14 Cluster not available | ${noMaps} | `;
  expect(await call({}, { target: 'bytes("nowhere")' })).toEqual(["4 77"]);
  expect(await call({}, { target: 'grpcService("nowhere")' })).toEqual(["10 77", closed]);
  expect(await call({}, { target: 'grpcService("")' })).toEqual(["10 77", closed]);
  expect(await open({}, { target: 'bytes("nowhere")' })).toEqual(["4 77"]);
  expect(await open({}, { target: 'grpcService("nowhere")' })).toEqual(["10 77", closed]);
  expect((await call({}, { target: 'bytes("g")' }))[0]).toBe("0 5");
});

test.each(["h1", ""])('the name "%s" is a message without a target: the end of Envoy', async (name) => {
  for (const dispatch of [
    `grpcCall(bytes("${name}"), "M", "", "", 0)`,
    `grpcStream(bytes("${name}"), "M", "")`,
  ]) {
    const exchange = await runOne(filter(dispatch, {}), stream(), { clusters: { h1: { grpc: {} } } });
    expect(exchange.outcome).toMatchObject({
      kind: "crashed",
      explanation: expect.stringContaining("serialised GrpcService"),
    });
  }
});

test("a cluster without hosts: 10, and what a stream is told comes inside the call, except its end", async () => {
  const does = { dispatched: 'log("returns");' };
  const closed = `close 14 | 14 no healthy upstream{no_healthy_upstream} | ${noMaps} | `;
  const clusters = { g: "no healthy host" } as const;
  expect(await run(filter(`grpcCall(grpcService("g"), "M", "", "", 0)`, does), clusters)).toEqual([
    "10 77",
    "returns",
    closed,
  ]);
  const lines = await run(filter(`grpcStream(grpcService("g"), "M", "")`, does), clusters);
  expect(lines[0]).toBe(`initial 0 | 0  | <1> | <2> | `);
  expect(lines[1]).toContain(
    "trailing 4 | 0  | <2> | <1>:status: 200|content-type: application/grpc|grpc-status: 14",
  );
  expect(lines.slice(3)).toEqual(["returns", closed]);
});

const initial = (fields: string) => `<1>:status: 200|content-type: application/grpc${fields}`;
const took = "|x-envoy-upstream-service-time: 1";

test("a stream: metadata, messages, trailers, close", async () => {
  const answer = {
    messages: ["s1", "s2"],
    initialMetadata: { "x-init": "1" },
    trailingMetadata: { "x-trail": "2" },
  };
  expect(await open(answer)).toEqual([
    "0 6",
    `initial 3 | 0  | ${initial("|x-init: 1")} | <2> | `,
    `message 2 | 0  | ${noMaps} | s1`,
    `message 2 | 0  | ${noMaps} | s2`,
    "trailing 2 | 0  | <2> | <1>grpc-status: 0|x-trail: 2 | ",
    `close 0 | 0 via_upstream | ${noMaps} | `,
  ]);
});

test.each<[string, GrpcMethod, string[]]>([
  [
    "trailers only",
    { status: 3, statusMessage: "only", trailingMetadata: { "x-t": "1" } },
    [
      "initial 0 | 0  | <1> | <2> | ",
      `trailing 6 | 0  | <2> | ${initial(`|grpc-status: 3|grpc-message: only|x-t: 1${took}`)} | `,
      `close 3 | 3 only{via_upstream} | ${noMaps} | `,
    ],
  ],
  [
    "HTTP 503",
    { httpStatus: 503 },
    [
      "initial 0 | 0  | <1> | <2> | ",
      "trailing 0 | 0  | <2> | <1> | ",
      `close 14 | 14 via_upstream | ${noMaps} | `,
    ],
  ],
  [
    "HTTP 200 and a text",
    { httpStatus: 200, headers: { "content-type": "text/plain" }, body: "plain" },
    [
      `initial 3 | 0  | <1>:status: 200|content-type: text/plain${took} | <2> | `,
      "trailing 0 | 0  | <2> | <1> | ",
      `close 13 | 13 via_upstream | ${noMaps} | `,
    ],
  ],
  [
    "nobody",
    "unreachable",
    [
      "initial 0 | 0  | <1> | <2> | ",
      `trailing 4 | 0  | <2> | ${initial(`|grpc-status: 14|grpc-message: ${refused}`)} | `,
      `close 14 | 14 ${refused}${refusedDetails} | ${noMaps} | `,
    ],
  ],
  [
    "a reset in the middle",
    (server) => {
      server.send("hi");
      server.reset();
    },
    [
      `initial 3 | 0  | ${initial(took)} | <2> | `,
      `message 2 | 0  | ${noMaps} | hi`,
      "trailing 0 | 0  | <2> | <1> | ",
      `close 13 | 13 upstream_reset_after_response_started{remote_reset} | ${noMaps} | `,
    ],
  ],
])("a half-closed stream answered with %s", async (_what, answer, callbacks) => {
  // Two closes and a lost message: all answer 0.
  const half =
    'log(proxy_grpc_close(token).toString() + proxy_grpc_close(token).toString() + grpcSend(token, "lost").toString());';
  expect(await open(answer, { dispatched: half })).toEqual(["0 6", "000", ...callbacks]);
});

const echo = (server: GrpcServerCall) => {
  server.onMessage = (message) => server.send(`echo ${Buffer.from(message).toString()}`);
  server.onHalfClose = () => server.end(5, "bye");
};

test("messages go both ways until both sides have closed", async () => {
  const lines = await open(echo, {
    dispatched: 'grpcSend(token, "m1");',
    onMessage: 'if (buffer(5) == "echo m1") grpcSend(token, "m2", true);',
  });
  expect(lines.map((line) => line.split(" | ")[0])).toEqual([
    "0 6",
    "initial 2",
    "message 7",
    "message 7",
    "trailing 2",
    "close 5",
  ]);
});

test("a cancelled stream or call hears nothing more, and its number is unknown", async () => {
  const cancel =
    "log(proxy_grpc_cancel(token).toString() + proxy_grpc_cancel(token).toString() + proxy_grpc_close(token).toString() + grpcSend(token, 'x').toString());".replaceAll(
      "'",
      '"',
    );
  expect(await open({ messages: ["hi"] }, { dispatched: cancel })).toEqual(["0 6", "0111"]);
  expect(await call({}, { dispatched: cancel })).toEqual(["0 5", "0112"]);
  const late = await open({ messages: ["one", "two"] }, { onMessage: "proxy_grpc_cancel(token);" });
  expect(late.map((line) => line.split(" | ")[0])).toEqual(["0 6", "initial 2", "message 3"]);
});

test("inside its close a stream is still known until it is closed", async () => {
  const lines = await open(
    {},
    {
      onClose:
        'log(grpcSend(token, "z").toString() + proxy_grpc_close(token).toString() + proxy_grpc_cancel(token).toString());',
    },
  );
  expect(lines.at(-1)).toBe("001");
});

test("numbers of other kinds are refused, unknown ones are not found", async () => {
  const lines = await call(
    {},
    {
      dispatched: `let all = "";
        for (let id = 4; id < 8; id++) all += proxy_grpc_cancel(id + 4).toString() + proxy_grpc_close(id + 4).toString() + grpcSend(id + 4, "").toString() + " ";
        log(all);`,
    },
  );
  expect(lines[1]).toBe("222 112 111 222 ");
});

test("what the upstream gets", async () => {
  const envoy = await start(
    filter(`grpcCall(grpcService("g"), "Method", "X-A: 1|x-raw-bin: ab", "request", 80)`, {}),
    { clusters: { g: { grpc: { "/test.Service/Method": {} } } } },
  );
  const exchange = await envoy.replay(stream());
  envoy.advance(10);
  expect(exchange.grpcCallouts).toEqual([
    {
      kind: "call",
      plugin: "p",
      thread: "worker-0",
      token: 5,
      cluster: "g",
      path: "/test.Service/Method",
      headers: [
        [":method", "POST"],
        [":path", "/test.Service/Method"],
        [":authority", "g"],
        [":scheme", "http"],
        ["te", "trailers"],
        ["grpc-timeout", "80m"],
        ["content-type", "application/grpc"],
        ["x-a", "1"],
        ["x-raw-bin", "YWI="],
        ["x-envoy-internal", "true"],
        ["x-envoy-expected-rq-timeout-ms", "80"],
      ],
      messages: [new Uint8Array(Buffer.from("request"))],
      timeoutMs: 80,
      unhandled: false,
      halfClosed: true,
      outcome: "closed",
      status: 0,
    },
  ]);
});

test("a paused request goes on from a gRPC callback", async () => {
  const exchange = await runOne(
    `let held = 0;
     export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 { held = id; grpcCall(grpcService("g"), "Method", "", "", 0); return STOP; }
     export function proxy_on_grpc_receive(root: i32, token: i32, n: i32): void { proxy_set_effective_context(held); add(REQUEST, "x-user", buffer(5)); proxy_continue_stream(0); }`,
    stream(),
    { clusters: { g: { grpc: { "/test.Service/Method": { messages: ["jo"] } } } } },
  );
  expect(exchange.outcome.kind).toBe("completed");
  expect(exchange.upstream?.headers).toContainEqual(["x-user", "jo"]);
});
