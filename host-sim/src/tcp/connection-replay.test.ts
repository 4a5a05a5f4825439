// TCP connections through a network filter (abi.md 9). The table was measured in Envoy 1.40 with the same filter.
import { expect, test } from "vitest";
import type { EnvoyOptions } from "../envoy/envoy-options.js";
import { Envoy } from "../envoy/envoy.js";
import type { ConnectionEvent, RecordedConnection } from "../recording/recorded-connection.js";
import { logged, plugin, start } from "../testing/run-filter.js";

/**
 * Tells about every callback, and does what its configuration says: `down2:th` is `t` and `h` in the second data callback.
 * h: stop; c: continue_stream(2); C: (3) and (0); 2, 3, 0: close_stream; t, s: continue or close from a timer; k: continue
 * from the answer to a callout; r, e, p, a, m, d: replace, empty, prepend, append, change the middle, drop the first.
 */
const probe = `
  let conf = ""; let held = 0; let later = "";
  const counts = new Map<string, i32>();
  export function proxy_on_configure(id: i32, size: i32): i32 { conf = " " + buffer(7) + " "; return 1; }
  function act(id: i32, key: string, type: i32): i32 {
    const n = (counts.has(key) ? counts.get(key) : 0) + 1;
    counts.set(key, n);
    let name = " " + key + n.toString() + ":";
    let at = conf.indexOf(name);
    if (at < 0) { name = " " + key + "*:"; at = conf.indexOf(name); }
    if (at < 0) return 0;
    const acts = conf.substring(at + name.length, conf.indexOf(" ", at + 1));
    for (let i = 0; i < acts.length; i++) {
      const c = acts.charAt(i);
      if (c == "h") return 1;
      else if (c == "c") log("continue " + proxy_continue_stream(2).toString());
      else if (c == "C") log("continue " + proxy_continue_stream(3).toString() + proxy_continue_stream(0).toString());
      else if (c == "2" || c == "3" || c == "0") log("close " + proxy_close_stream(i32(parseInt(c))).toString());
      else if (c == "t" || c == "s") { held = id; later = c; proxy_set_tick_period_milliseconds(30); }
      else if (c == "k") { held = id; log("call " + httpCall("other", GET, "", 0).toString()); }
      else if (c == "r") log("replace " + setBuffer(type, 0, 9999, "R").toString());
      else if (c == "e") log("empty " + setBuffer(type, 0, 9999, "").toString());
      else if (c == "p") log("prepend " + setBuffer(type, 0, 0, "P").toString());
      else if (c == "a") log("append " + setBuffer(type, 9999, 0, "A").toString());
      else if (c == "m") log("middle " + setBuffer(type, 1, 1, "M").toString());
      else if (c == "d") log("drop " + setBuffer(type, 0, 1, "").toString());
      else if (c == "T") unreachable();
    }
    return 0;
  }
  export function proxy_on_tick(id: i32): void {
    if (held == 0) return;
    proxy_set_tick_period_milliseconds(0);
    log("tick " + proxy_set_effective_context(held).toString() + " [" + buffer(2) + "]");
    held = 0;
    if (later == "t") proxy_continue_stream(2); else proxy_close_stream(2);
  }
  export function proxy_on_http_call_response(root: i32, token: i32, h: i32, s: i32, t: i32): void {
    log("answer " + proxy_set_effective_context(held).toString() + " [" + buffer(2) + "]"); proxy_continue_stream(2); }
  export function proxy_on_new_connection(id: i32): i32 { log("new"); return act(id, "new", 2); }
  export function proxy_on_downstream_data(id: i32, n: i32, end: i32): i32 { log("down " + n.toString() + end.toString() + " " + buffer(2)); return act(id, "down", 2); }
  export function proxy_on_upstream_data(id: i32, n: i32, end: i32): i32 { log("up " + n.toString() + end.toString() + " " + buffer(3)); return act(id, "up", 3); }
  export function proxy_on_downstream_connection_close(id: i32, type: i32): void { log("down closed " + type.toString()); }
  export function proxy_on_upstream_connection_close(id: i32, type: i32): void { log("up closed " + type.toString()); }
  export function proxy_on_done(id: i32): i32 { log("done"); return 1; }
  export function proxy_on_log(id: i32): void { log("log"); }
  export function proxy_on_delete(id: i32): void { log("delete"); }`;

const c = (bytes: string): ConnectionEvent => ({ from: "client", kind: "data", bytes });
const u = (bytes: string): ConnectionEvent => ({ from: "upstream", kind: "data", bytes });
const end = (from: "client" | "upstream"): ConnectionEvent => ({ from, kind: "end" });
const reset = (from: "client" | "upstream"): ConnectionEvent => ({ from, kind: "reset" });
const wait: ConnectionEvent = { kind: "wait", milliseconds: 60 };

async function startProbe(configuration: string, options: Partial<EnvoyOptions> = {}): Promise<Envoy> {
  return Envoy.start({
    plugins: [await plugin(probe, { kind: "network", configuration })],
    clusters: { other: {} },
    ...options,
  });
}

async function connect(
  configuration: string,
  events: readonly ConnectionEvent[],
  parts: Partial<EnvoyOptions & RecordedConnection> = {},
) {
  const { upstreamAccepts = true, ...options } = parts;
  const envoy = await startProbe(configuration, options);
  const exchange = await envoy.replayConnection({ id: "connection", events, upstreamAccepts });
  return {
    exchange,
    lines: logged(exchange),
    upstream: exchange.upstream === null ? null : Buffer.from(exchange.upstream).toString(),
    downstream: Buffer.from(exchange.downstream).toString(),
  };
}

const over = ["done", "log", "delete"];
const bothEnd = ["down 01 ", "up 01 ", "up closed 0", "down closed 1", ...over];

interface Row {
  readonly what: string;
  readonly does: string;
  readonly events: readonly ConnectionEvent[];
  readonly lines: readonly string[];
  readonly upstream: string | null;
  readonly downstream?: string;
  readonly kind?: string;
}

const rows: readonly Row[] = [
  {
    what: "data both ways, the client ends first",
    does: "",
    events: [c("abc"), u("1234"), c("defgh"), end("client"), end("upstream")],
    lines: ["new", "down 30 abc", "up 40 1234", "down 50 defgh", ...bothEnd],
    upstream: "abcdefgh",
    downstream: "1234",
  },
  {
    what: "the upstream speaks and ends first",
    does: "",
    events: [u("hello"), c("x"), end("upstream"), c("y"), end("client")],
    lines: [
      "new",
      "up 50 hello",
      "down 10 x",
      "up 01 ",
      "up closed 0",
      "down 10 y",
      "down 01 ",
      "down closed 2",
      ...over,
    ],
    upstream: "xy",
    downstream: "hello",
  },
  {
    what: "held data count up",
    does: "down1:h",
    events: [c("abc"), u("1234"), c("defgh")],
    lines: ["new", "down 30 abc", "up 40 1234", "down 80 abcdefgh", ...bothEnd],
    upstream: "abcdefgh",
    downstream: "1234",
  },
  {
    what: "held data go on from a timer, without another callback",
    does: "down1:th",
    events: [c("abc"), wait, c("def")],
    lines: ["new", "down 30 abc", "tick 0 [abc]", "down 30 def", ...bothEnd],
    upstream: "abcdef",
  },
  {
    what: "data held again come with the end",
    does: "down1:th down2:h",
    events: [c("abc"), wait, c("def")],
    lines: ["new", "down 30 abc", "tick 0 [abc]", "down 30 def", "down 31 def", ...bothEnd.slice(1)],
    upstream: "abcdef",
  },
  {
    what: "a held end goes on from a timer",
    does: "down2:th",
    events: [c("abc"), end("client"), wait],
    lines: ["new", "down 30 abc", "down 01 ", "tick 0 []", ...bothEnd.slice(1)],
    upstream: "abc",
  },
  {
    what: "everything held stalls",
    does: "down*:h",
    events: [c("abc"), c("def"), end("client")],
    lines: ["new", "down 30 abc", "down 60 abcdef", "down 61 abcdef", "down closed 2", ...over],
    upstream: "",
    kind: "stalled",
  },
  {
    what: "a held new connection is not connected, and nothing is read",
    does: "new1:h",
    events: [c("abc"), u("x")],
    lines: ["new", "down closed 2", ...over],
    upstream: null,
    kind: "stalled",
  },
  {
    what: "a held new connection goes on from a timer",
    does: "new1:th",
    events: [wait, c("abc"), u("x")],
    lines: ["new", "tick 0 []", "down 30 abc", "up 10 x", ...bothEnd],
    upstream: "abc",
    downstream: "x",
  },
  {
    what: "continue_stream inside the callback that stops",
    does: "down1:ch",
    events: [c("abc"), c("def")],
    lines: ["new", "down 30 abc", "continue 0", "down 30 def", ...bothEnd],
    upstream: "abcdef",
  },
  {
    what: "continue_stream inside the callback that continues",
    does: "down1:c",
    events: [c("abc"), c("def")],
    lines: ["new", "down 30 abc", "continue 0", "down 30 def", ...bothEnd],
    upstream: "abcdef",
  },
  {
    what: "the upstream's side cannot be continued, and HTTP's means nothing",
    does: "down1:C up1:0",
    events: [c("abc"), u("x")],
    lines: ["new", "down 30 abc", "continue 120", "up 10 x", "close 0", ...bothEnd],
    upstream: "abc",
    downstream: "x",
  },
  ...["2", "3"].map((side) => ({
    what: `close_stream(${side}) ends both sides, and the data go nowhere`,
    does: `down1:${side}`,
    events: [c("abc"), c("def")],
    lines: ["new", "down 30 abc", "close 0", "down closed 1", ...over],
    upstream: "",
    kind: "closed",
  })),
  {
    what: "close_stream from upstream data",
    does: "up1:3h",
    events: [u("abc"), u("def")],
    lines: ["new", "up 30 abc", "close 0", "down closed 1", ...over],
    upstream: "",
    kind: "closed",
  },
  {
    what: "close_stream from a new connection",
    does: "new1:2",
    events: [c("abc")],
    lines: ["new", "close 0", "down closed 1", ...over],
    upstream: null,
    kind: "closed",
  },
  {
    what: "close_stream from a timer",
    does: "down1:sh",
    events: [c("abc"), wait],
    lines: ["new", "down 30 abc", "tick 0 [abc]", "down closed 1", ...over],
    upstream: "",
    kind: "closed",
  },
  {
    what: "held upstream data count up and go with what comes next",
    does: "up1:h up2:h",
    events: [u("abc"), u("def"), u("ghi"), end("upstream"), end("client")],
    lines: [
      "new",
      "up 30 abc",
      "up 60 abcdef",
      "up 90 abcdefghi",
      "up 01 ",
      "up closed 0",
      "down 01 ",
      "down closed 2",
      ...over,
    ],
    upstream: "",
    downstream: "abcdefghi",
  },
  {
    what: "a held end of the upstream never comes to the client",
    does: "up2:h",
    events: [u("abc"), end("upstream"), c("x"), end("client")],
    lines: ["new", "up 30 abc", "up 01 ", "up closed 0", "down 10 x", "down 01 ", "down closed 1", ...over],
    upstream: "x",
    downstream: "abc",
  },
  {
    what: "every way to change the data",
    does: "down1:pa down2:r down3:e down4:md up1:pad up2:e",
    events: [c("abc"), c("def"), c("ghi"), c("jkl"), u("123"), u("456")],
    lines: [
      ...[
        "new",
        "down 30 abc",
        "prepend 0",
        "append 0",
        "down 30 def",
        "replace 0",
        "down 30 ghi",
        "empty 0",
      ],
      ...[
        "down 30 jkl",
        "middle 2",
        "drop 0",
        "up 30 123",
        "prepend 0",
        "append 0",
        "drop 0",
        "up 30 456",
        "empty 0",
      ],
      ...bothEnd,
    ],
    upstream: "PabcARkl",
    downstream: "123A",
  },
  {
    what: "changes to held data last",
    does: "down1:rh down2:pah down3:d",
    events: [c("abc"), c("def"), c("ghi")],
    lines: [
      ...[
        "new",
        "down 30 abc",
        "replace 0",
        "down 40 Rdef",
        "prepend 0",
        "append 0",
        "down 90 PRdefAghi",
        "drop 0",
      ],
      ...bothEnd,
    ],
    upstream: "RdefAghi",
  },
  {
    what: "the client resets",
    does: "",
    events: [c("abc"), reset("client")],
    lines: ["new", "down 30 abc", "down closed 2", ...over],
    upstream: "abc",
    kind: "closed",
  },
  {
    what: "the upstream resets",
    does: "",
    events: [c("abc"), u("x"), reset("upstream"), c("y")],
    lines: ["new", "down 30 abc", "up 10 x", "down closed 1", ...over],
    upstream: "abc",
    downstream: "x",
    kind: "closed",
  },
  {
    what: "a trap closes both sides, and nothing more is called",
    does: "down2:T",
    events: [c("abc"), u("x"), c("def")],
    lines: [
      "new",
      "down 30 abc",
      "up 10 x",
      "down 30 def",
      "Function: proxy_on_downstream_data failed: Uncaught RuntimeError: unreachable",
    ],
    upstream: "abc",
    downstream: "x",
    kind: "closed",
  },
  {
    what: "held data go on from the answer to a callout",
    does: "down1:kh",
    events: [c("abc"), wait, c("def")],
    lines: ["new", "down 30 abc", "call 0", "answer 0 [abc]", "down 30 def", ...bothEnd],
    upstream: "abcdef",
  },
];

test.each(rows)("$what", async ({ does, events, lines, upstream, downstream = "", kind = "completed" }) => {
  const got = await connect(does, events);
  expect(got.lines).toEqual(lines);
  expect([got.upstream, got.downstream]).toEqual([upstream, downstream]);
  expect(got.exchange.outcome.kind).toBe(kind);
});

test("an upstream that cannot be reached ends the connection before anything is read", async () => {
  const { exchange, lines } = await connect("", [c("abc")], { upstreamAccepts: false });
  expect(lines).toEqual(["new", "down closed 1", ...over]);
  expect(exchange).toMatchObject({ upstream: null, outcome: { kind: "closed" } });
});

test("with early data a filter reads before Envoy connects", async () => {
  const { lines, upstream } = await connect("down1:h", [c("abc"), c("def")], { tcpConnectsOnData: true });
  expect(lines).toEqual(["new", "down 30 abc", "down 60 abcdef", ...bothEnd]);
  expect(upstream).toBe("abcdef");
});

test("two filters share the data: what the second holds the first sees again", async () => {
  const does = ["", "down1:h up1:h"];
  const plugins = await Promise.all(
    ["p", "q"].map((name, index) =>
      plugin(probe, { name, kind: "network", vmId: name, configuration: does[index] ?? "" }),
    ),
  );
  const envoy = await Envoy.start({ plugins });
  const exchange = await envoy.replayConnection({
    id: "two",
    events: [c("abc"), u("1234"), c("defgh"), end("client"), end("upstream")],
  });
  expect(exchange.logs.map(({ text }) => text.replace("wasm log ", "").replace(/^(.) r .: /, "$1 "))).toEqual(
    [
      ...["p new", "q new", "p down 30 abc", "q down 30 abc", "q up 40 1234"],
      ...["p down 80 abcdefgh", "q down 80 abcdefgh", "p down 01 ", "q down 01 "],
      ...["q up 41 1234", "q up closed 0", "p up 41 1234", "p up closed 0"],
      ...["p down closed 1", "p done", "p log", "p delete", "q down closed 1", "q done", "q log", "q delete"],
    ],
  );
});

test("a filter chooses the cluster of the TCP proxy", async () => {
  const envoy = await start(
    `function field(number: i32, text: string): string { return String.fromCharCode((number << 3) | 2) + String.fromCharCode(text.length) + text; }
     export function proxy_on_new_connection(id: i32): i32 { foreign("set_envoy_filter_state", bytes(field(1, "envoy.tcp_proxy.cluster") + field(2, "blue"))); return 0; }`,
    { kind: "network" },
  );
  expect((await envoy.replayConnection({ id: "1", events: [c("a")] })).cluster).toBe("blue");
});

test("a connection has no HTTP, but a number, a plugin and properties", async () => {
  const envoy = await start(
    `export function proxy_on_downstream_data(id: i32, n: i32, end: i32): i32 {
       if (end) return 0;
       log(get(0, ":path") + reply(403, "no", "no").toString() + buffer(0) + property("request|path") + property("plugin_name"));
       log(property("connection_id").length.toString() + property("request|protocol") + property("response|code"));
       property("request|size"); log(load<u64>(load<u32>(out)).toString());
       return 0; }`,
    { kind: "network" },
  );
  const exchange = await envoy.replayConnection({ id: "1", events: [c("abc"), c("de")] });
  expect(logged(exchange)).toEqual(["<2>0<1>p", "8<1><1>", "0", "<2>0<1>p", "8<1><1>", "3"]);
  expect(Buffer.from(exchange.upstream ?? "").toString()).toBe("abcde");
});

test("HTTP and network plugins have chains of their own in one process", async () => {
  const envoy = await Envoy.start({
    plugins: [
      await plugin(`export function proxy_on_new_connection(id: i32): i32 { log("tcp"); return 0; }`, {
        kind: "network",
      }),
      await plugin(`export function proxy_on_new_connection(id: i32): i32 { log("http"); return 0; }`, {
        name: "h",
      }),
    ],
  });
  expect(logged(await envoy.replayConnection({ id: "1", events: [] }))).toEqual(["tcp"]);
});

test("connections wait at the same time, and a test looks at them in between", async () => {
  const envoy = await startProbe("down1:th");
  const pending = envoy.replayConnection({ id: "1", events: [c("abc")] });
  expect(logged(envoy)).toEqual(["new", "down 30 abc"]);
  envoy.advance(30);
  expect(logged(envoy).slice(2)).toEqual([
    "tick 0 [abc]",
    "down 01 ",
    "up 01 ",
    "up closed 0",
    "down closed 1",
    ...over,
  ]);
  expect((await pending).outcome.kind).toBe("completed");
});
