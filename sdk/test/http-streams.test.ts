import type { Envoy, Exchange } from "as-proxy-wasm-sim";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { seededRandom } from "./seeded-random.js";
import { bodyOf, headerOf, logged, start, statusOf, stream, type MessageParts } from "./simulated.js";

// What can be done to a stream, when, and what lastFailure() says where it can't.

const source = `
import {
  Body, BodyAction, Headers, HeadersAction, HttpFilter, lastFailure, LocalReplyOptions, log, Plugin, registerHttpFilter,
  Timer, TimerHandler, TrailersAction,
} from "as-proxy-wasm-sdk";

function say(what: string, done: bool): void {
  log.info(what + ": " + (done ? "done" : lastFailure() == "" ? "absent" : lastFailure()));
}

class Streams extends Plugin {
  waiting: Steps[] = [];
}

/** Does, some time later, a step for each stream that waits. */
class Later extends TimerHandler<Streams> {
  constructor(private step: string) { super(); }
  onTimer(plugin: Streams, timer: Timer): void {
    const waiting = plugin.waiting;
    plugin.waiting = [];
    for (let i = 0; i < waiting.length; ++i) waiting[i].take(this.step);
    // The plugin acts for itself again.
    log.info("end of the timer");
  }
}

/** x-PHASE: the steps to take in that callback, and what it returns. */
class Steps extends HttpFilter {
  private steps: Map<string, string> = new Map<string, string>();

  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    const fields = headers.fields();
    for (let i = 0; i < fields.length; i += 2)
      if (fields[i].startsWith("x-on-")) this.steps.set(fields[i].slice(5), fields[i + 1]);
    return <HeadersAction>this.run("request-headers");
  }
  onRequestBody(body: Body, endOfStream: bool): BodyAction { return <BodyAction>this.run("request-body"); }
  onRequestTrailers(trailers: Headers): TrailersAction { return <TrailersAction>this.run("request-trailers"); }
  onResponseHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    return <HeadersAction>this.run("response-headers");
  }
  onResponseBody(body: Body, endOfStream: bool): BodyAction { return <BodyAction>this.run("response-body"); }
  onResponseTrailers(trailers: Headers): TrailersAction { return <TrailersAction>this.run("response-trailers"); }
  onLog(): void { this.run("log"); }
  onDone(): void { this.run("done"); }

  private run(phase: string): i32 {
    if (!this.steps.has(phase)) return 0;
    const steps = this.steps.get(phase).split(", ");
    let action = 0;
    for (let i = 0; i < steps.length; ++i) {
      if (steps[i] == "stop") action = phase.endsWith("headers") ? 4 : 1;
      else if (steps[i] == "hold-headers") action = 1;
      else this.take(steps[i]);
    }
    return action;
  }

  take(step: string): void {
    if (step.startsWith("later ")) {
      this.plugin<Streams>().waiting.push(this);
      this.plugin<Streams>().setTimeout(new Later(step.slice(6)), 10);
    } else if (step == "resume the request") say(step, this.resumeRequest());
    else if (step == "resume the response") say(step, this.resumeResponse());
    else if (step == "answer") say(step, this.sendLocalReply(403, "no\\n", new LocalReplyOptions().header("x-by", "filter")));
    else if (step == "answer 600") say(step, this.sendLocalReply(600, "no\\n"));
    else if (step == "answer 204") say(step, this.sendLocalReply(204, "body\\n"));
    else if (step == "answer badly")
      say(step, this.sendLocalReply(403, "no\\n", new LocalReplyOptions().header("x-bad", "a\\r\\nb").header(":status", "200").header("x-good", "1")));
    else if (step == "close") say(step, this.closeStream());
    else if (step == "read request headers") say(step, this.requestHeaders.has("x-present"));
    else if (step == "list request headers") say(step, this.requestHeaders.fields().length > 0);
    else if (step == "read absent") say(step, this.requestHeaders.has("x-absent"));
    else if (step == "read empty") say(step, this.requestHeaders.get("x-empty") == "");
    else if (step == "write request headers") say(step, this.requestHeaders.set("x-written", "1"));
    else if (step == "read response headers") say(step, this.responseHeaders.has(":status"));
    else if (step == "write response headers") say(step, this.responseHeaders.set("x-written", "1"));
    else if (step == "write bad name") say(step, this.requestHeaders.set("a b", "1"));
    else if (step == "write bad value") say(step, this.requestHeaders.set("x-bad", "a\\nb"));
    else if (step == "write bad path") say(step, this.requestHeaders.set(":path", "/a b"));
    else if (step == "remove path") say(step, this.requestHeaders.remove(":path"));
    else if (step == "write odd fields") say(step, this.requestHeaders.setAll(["x-a"]));
    else if (step == "read request body") say(step, this.requestBody.text() != "");
    else if (step == "read response body") say(step, this.responseBody.text() != "");
    else if (step == "write trailers") say(step, this.requestTrailers.set("x-trailer", "1"));
    else if (step == "resume the others") {
      const waiting = this.plugin<Streams>().waiting;
      for (let i = 0; i < waiting.length; ++i) {
        say("other headers", waiting[i].requestHeaders.has("x-present"));
        say("other resumed", waiting[i].resumeRequest());
      }
      this.plugin<Streams>().waiting = [];
      say("own headers", this.requestHeaders.has("x-present"));
    } else if (step == "wait") this.plugin<Streams>().waiting.push(this);
    else assert(false, step);
  }
}
registerHttpFilter<Steps, Streams>("test");
`;

let envoy: Envoy;
beforeAll(async () => {
  envoy = await start(source);
});
// What a test left waiting must not reach the next one's streams.
afterEach(() => void envoy.advance(100));
afterAll(() => envoy.stop());

type Steps = Readonly<Record<string, string>>;
type ResponseParts = MessageParts & { readonly status?: number };

/** Replays a stream whose filter takes these steps. */
function run(steps: Steps, parts: MessageParts = {}, response?: ResponseParts): Promise<Exchange> {
  const headers = Object.fromEntries(Object.entries(steps).map(([phase, what]) => [`x-on-${phase}`, what]));
  return envoy.replay(
    stream(
      { ...parts, headers: { "x-present": "1", "x-empty": "", ...parts.headers, ...headers } },
      response,
    ),
  );
}

const chunked = { "transfer-encoding": "chunked" };
const said = (exchange: Exchange): string[] => logged(exchange).filter((line) => line !== "end of the timer");

const own = "a callback does not resume its own direction: it returns Continue";
const notHeld = "nothing is held: no earlier callback of this direction returned a stop that still holds";

describe("resuming", () => {
  it.each<[string, Steps, MessageParts, ResponseParts | undefined]>([
    ["request headers", { "request-headers": "later resume the request, stop" }, {}, undefined],
    [
      "request headers with a body",
      { "request-headers": "later resume the request, stop" },
      { headers: chunked, body: ["hello"] },
      undefined,
    ],
    [
      "a request's body",
      { "request-body": "later resume the request, stop" },
      { headers: chunked, body: ["hello"] },
      undefined,
    ],
    [
      "request trailers",
      { "request-trailers": "later resume the request, stop" },
      { headers: chunked, body: ["hello"], trailers: { "x-trailer": "1" } },
      undefined,
    ],
    ["response headers", { "response-headers": "later resume the response, stop" }, {}, { body: ["hello"] }],
    [
      "response headers without a body",
      { "response-headers": "later resume the response, stop" },
      {},
      { status: 204 },
    ],
    [
      "response trailers",
      { "response-trailers": "later resume the response, stop" },
      {},
      { headers: chunked, body: ["hello"], trailers: { "x-trailer": "1" } },
    ],
  ])("%s that were held works, once", async (_, steps, request, response) => {
    const twice = Object.fromEntries(
      Object.entries(steps).map(([phase, what]) => [phase, what.replace(/(later [^,]*)/, "$1, $1")]),
    );
    const exchange = await run(twice, request, response);
    expect(exchange.outcome).toEqual({ kind: "completed" });
    const step = Object.values(steps)[0]!.includes("response") ? "resume the response" : "resume the request";
    expect(said(exchange)[0]).toBe(`${step}: done`);
    expect(new Set(said(exchange).slice(1))).toEqual(new Set([`${step}: ${notHeld}`]));
    expect(bodyOf(exchange.upstream)).toBe((request.body ?? []).join(""));
    expect(bodyOf(exchange.response)).toBe((response ?? { body: ["hello"] }).body?.join("") ?? "");
  });

  it.each<[string, Steps, string[]]>([
    ["in its own callback", { "request-headers": "resume the request" }, [`resume the request: ${own}`]],
    [
      "in its own callback that stops",
      { "request-headers": "resume the request, later resume the request, stop" },
      [`resume the request: ${own}`, "resume the request: done"],
    ],
    [
      "a response in its own callback",
      { "response-headers": "resume the response" },
      [`resume the response: ${own}`],
    ],
    [
      "a response that has not begun, which crashes Envoy",
      { "request-headers": "resume the response" },
      [`resume the response: ${notHeld}`],
    ],
    [
      "a response that has not begun, from a timer",
      { "request-headers": "later resume the response, later resume the request, stop" },
      [`resume the response: ${notHeld}`, `resume the response: ${notHeld}`],
    ],
    ["what is not held, from a timer", { "request-headers": "later resume the request" }, []],
    [
      "in onLog",
      { log: "resume the request, resume the response" },
      [
        "resume the request: the stream has ended; this was onLog",
        "resume the response: the stream has ended; this was onLog",
      ],
    ],
    [
      "a request in the response's callback",
      { "response-headers": "resume the request" },
      [`resume the request: ${notHeld}`],
    ],
  ])("%s does nothing", async (name, steps, expected) => {
    const exchange = await run(steps);
    if (!name.includes("from a timer")) expect(exchange.outcome).toEqual({ kind: "completed" });
    expect(exchange.outcome.kind).not.toBe("crashed");
    expect(said(exchange)).toEqual(expected);
    expect(
      Buffer.from(exchange.wire.upstream)
        .toString()
        .match(/GET \/ /g)?.length ?? 0,
    ).toBeLessThanOrEqual(1);
  });
});

describe("answering", () => {
  it.each<[string, Steps, MessageParts]>([
    ["request headers", { "request-headers": "answer, answer" }, {}],
    ["a request's body", { "request-body": "answer, answer" }, { headers: chunked, body: ["hello"] }],
    [
      "request trailers",
      { "request-trailers": "answer, answer" },
      { headers: chunked, body: ["x"], trailers: { "x-trailer": "1" } },
    ],
    ["response headers", { "response-headers": "answer, answer" }, {}],
  ])("%s works, once", async (_, steps, parts) => {
    const exchange = await run(steps, parts);
    expect(exchange.outcome).toEqual({ kind: "completed" });
    expect([statusOf(exchange), bodyOf(exchange.response), headerOf(exchange.response, "x-by")]).toEqual([
      "403",
      "no\n",
      "filter",
    ]);
    expect(said(exchange)).toEqual([
      "answer: done",
      "answer: this stream was answered already, or closed: there is one local reply a stream",
    ]);
  });

  it.each<[string, Steps, MessageParts]>([
    ["a held request", { "request-headers": "later answer, stop" }, {}],
    ["a held body", { "request-body": "later answer, stop" }, { headers: chunked, body: ["hello"] }],
    ["a held response", { "response-headers": "later answer, stop" }, {}],
  ])("%s from a timer works, and it is not resumed", async (_, steps, parts) => {
    const exchange = await run(steps, parts);
    expect(statusOf(exchange)).toBe("403");
    expect(said(exchange)[0]).toBe("answer: done");
  });

  it("with the response's headers gone cuts the stream and says so", async () => {
    const exchange = await run({ "response-body": "answer" });
    expect(said(exchange)[0]).toBe(
      "answer: the headers of the response have left: the stream was cut, since nothing else could be answered",
    );
    expect(exchange.outcome.kind).not.toBe("completed");
  });

  it("in response trailers cuts the stream too", async () => {
    const trailers = { headers: chunked, body: ["hello"], trailers: { "x-trailer": "1" } };
    const exchange = await run({ "response-trailers": "answer" }, {}, trailers);
    expect(said(exchange)[0]).toContain("answer: the headers of the response have left");
    expect(exchange.outcome.kind).not.toBe("completed");
  });

  it.each([
    ["answer 600", "500", "no\n", "the status of a local reply must be 200 to 599: 500 was sent"],
    [
      "answer 204",
      "204",
      "",
      "the body of a local reply was left out: its status allows none (RFC 9110 section 6.4.1)",
    ],
    [
      "answer badly",
      "403",
      "no\n",
      "a field of a local reply was left out: its name or value must not be sent",
    ],
  ])("%s sends what can be sent", async (step, status, body, failure) => {
    const exchange = await run({ "request-headers": step });
    expect(exchange.outcome).toEqual({ kind: "completed" });
    expect([statusOf(exchange), bodyOf(exchange.response)]).toEqual([status, body]);
    expect(said(exchange)).toContain(`${step}: ${failure}`);
    if (step === "answer badly") expect(headerOf(exchange.response, "x-good")).toBe("1");
    expect(headerOf(exchange.response, "x-bad")).toBeNull();
  });

  it("is too late in onLog", async () => {
    expect(said(await run({ log: "answer, close" }))).toEqual([
      "answer: the stream has ended; this was onLog",
      "close: the stream has ended; this was onLog",
    ]);
  });
});

describe("closing", () => {
  it.each(["request-headers", "response-headers", "response-body"])(
    "in %s resets the stream though the callback continues",
    async (phase) => {
      const exchange = await run({ [phase]: "close, close, answer" });
      expect(exchange.outcome.kind).toBe("reset");
      expect(said(exchange).slice(0, 3)).toEqual([
        "close: done",
        "close: this stream was closed or answered already",
        "answer: this stream was answered already, or closed: there is one local reply a stream",
      ]);
    },
  );

  it("in response trailers does not crash Envoy", async () => {
    const exchange = await run(
      { "response-trailers": "close" },
      {},
      { headers: chunked, body: ["hello"], trailers: { "x-trailer": "1" } },
    );
    expect(exchange.outcome.kind).toBe("reset");
  });

  it("from a timer works", async () => {
    const exchange = await run({ "request-headers": "later close, stop" });
    expect([exchange.outcome.kind, said(exchange)]).toEqual(["reset", ["close: done"]]);
  });
});

describe("headers: absent, empty and the wrong phase are three results", () => {
  const reads = "read request headers, read absent, read empty";
  it.each<[string, Steps, string[]]>([
    ["in their callback", { "request-headers": reads }, ["done", "absent", "done"]],
    ["in onLog", { log: reads }, ["done", "absent", "done"]],
    ["while held", { "request-headers": "later read request headers, stop" }, ["done"]],
  ])("%s", async (_, steps, expected) => {
    const exchange = await run(steps);
    expect(said(exchange).map((line) => line.split(": ")[1])).toEqual(expected);
  });

  const where = "in onRequestHeaders and while the request is held from there";
  it.each<[string, string, string]>([
    [
      "response-headers",
      "read request headers",
      `request headers can be read ${where}, and in onLog; this was onResponseHeaders`,
    ],
    [
      "response-headers",
      "list request headers",
      `request headers can be read ${where}, and in onLog; this was onResponseHeaders`,
    ],
    [
      "response-headers",
      "write request headers",
      `request headers can be changed ${where}; this was onResponseHeaders`,
    ],
    [
      "request-headers",
      "read response headers",
      "response headers can be read in onResponseHeaders and while the response is held from there, and in onLog; this was onRequestHeaders",
    ],
    [
      "log",
      "write response headers",
      "response headers can be changed in onResponseHeaders and while the response is held from there; this was onLog",
    ],
    [
      "request-headers",
      "write trailers",
      "request trailers can be changed in onRequestTrailers and while the request is held from there, and added to in the last onRequestBody; this was onRequestHeaders",
    ],
    [
      "request-headers",
      "write bad name",
      "a field's name must be a token of RFC 9110: letters, digits and !#$%&'*+-.^_`|~",
    ],
    [
      "request-headers",
      "write bad value",
      "a field's value must not have control characters, such as CR, LF or NUL",
    ],
    [
      "request-headers",
      "write bad path",
      "a pseudo header can be set to a value without spaces (:status to 200 to 599), not added, removed or made up",
    ],
    [
      "request-headers",
      "remove path",
      "a pseudo header can be set to a value without spaces (:status to 200 to 599), not added, removed or made up",
    ],
    ["request-headers", "write odd fields", "fields are pairs of a name and a value; one has no value"],
  ])("%s: %s", async (phase, step, failure) => {
    const exchange = await run({ [phase]: `${step}, read absent` });
    expect(exchange.outcome).toEqual({ kind: "completed" });
    const [first, second] = said(exchange);
    expect(first).toBe(`${step}: ${failure}`);
    // An absent header does not show the failure of an earlier call.
    if (phase === "request-headers") expect(second).toBe("read absent: absent");
  });
});

describe("bodies: empty and the wrong phase are two results", () => {
  const places =
    "there is no body to read here: it is held only in its own callbacks and while they hold it; this was";
  it.each<[string, Steps, MessageParts, string]>([
    [
      "of a request in its callback",
      { "request-body": "read request body" },
      { headers: chunked, body: ["hello"] },
      "done",
    ],
    [
      "of an empty request",
      { "request-body": "read request body" },
      { headers: chunked, body: [] },
      "absent",
    ],
    ["of a request without a body", { "request-headers": "read request body" }, {}, "absent"],
    [
      "of a request before it has come",
      { "request-headers": "read request body" },
      { headers: chunked, body: ["hello"] },
      `${places} onRequestHeaders`,
    ],
    [
      "of a request that is held",
      { "request-body": "later read request body, stop" },
      { headers: chunked, body: ["hello"] },
      "done",
    ],
    [
      "of a request that has gone",
      { "response-headers": "read request body" },
      { headers: chunked, body: ["hello"] },
      `${places} onResponseHeaders`,
    ],
    ["of a response in its callback", { "response-body": "read response body" }, {}, "done"],
    ["of a response in onLog", { log: "read response body" }, {}, `${places} onLog`],
  ])("%s", async (_, steps, parts, expected) => {
    const exchange = await run(steps, parts);
    expect(said(exchange)[0]!.replace(/^[^:]*: /, "")).toBe(expected);
  });
});

describe("several streams", () => {
  it("are resumed by a timer of their plugin, each by itself", async () => {
    const exchanges = await Promise.all(
      [1, 2, 3].map(() => run({ "request-headers": "later resume the request, stop" })),
    );
    expect(exchanges.map(({ outcome }) => outcome.kind)).toEqual(["completed", "completed", "completed"]);
  });

  it("can be resumed by another one's callback, which then acts for itself again", async () => {
    const waiting = run({ "request-headers": "wait, stop" });
    const other = await run({ "request-headers": "resume the others" });
    expect(said(other)).toEqual([
      expect.stringContaining(
        "other headers: there is no message to reach: a stream's callback cannot reach",
      ),
      "other resumed: done",
      "own headers: done",
    ]);
    expect((await waiting).upstream).not.toBeNull();
  });

  it("that have gone are harmless, their plugin included", async () => {
    const exchange = await run({ "request-headers": "later answer, later resume the request" });
    expect(exchange.outcome).toEqual({ kind: "completed" });
    const logs = envoy.logs.length;
    envoy.advance(20);
    expect(logged({ logs: envoy.logs.slice(logs) })).toEqual([
      "answer: the stream or plugin does not exist any more",
      "answer: the stream or plugin does not exist any more",
      "end of the timer",
      "end of the timer",
    ]);
  });
});

it("whatever a filter does, and when, Envoy does not crash, the request goes up once, and the VM lives", async () => {
  const random = seededRandom("steps of a filter");
  const pick = <T>(list: readonly T[]): T => list[random(list.length)]!;
  const phases = [
    "request-headers",
    "request-body",
    "request-trailers",
    "response-headers",
    "response-body",
    "response-trailers",
    "log",
    "done",
  ];
  const steps = [
    "resume the request",
    "resume the response",
    "answer",
    "answer 204",
    "answer badly",
    "close",
    "write request headers",
    "write response headers",
    "write trailers",
    "read request body",
    "read response body",
    "list request headers",
    "resume the others",
    "wait",
    "stop",
    "stop",
  ];
  const step = (): string => (random(3) === 0 ? `later ${pick(steps.slice(0, 12))}` : pick(steps));
  const parts = (): MessageParts =>
    pick([
      {},
      { headers: chunked, body: ["hel", "lo"] },
      { headers: chunked, body: ["x"], trailers: { "x-trailer": "1" } },
    ]);
  for (let round = 0; round < 300; round++) {
    const plan: Record<string, string> = {};
    for (let i = random(4); i >= 0; i--)
      plan[pick(phases)] = Array.from({ length: 1 + random(3) }, step).join(", ");
    const exchange = await run(plan, parts(), parts());
    expect(["completed", "reset", "stalled"], JSON.stringify([plan, exchange.outcome])).toContain(
      exchange.outcome.kind,
    );
    expect(
      Buffer.from(exchange.wire.upstream)
        .toString()
        .match(/(GET|POST) \/ /g)?.length ?? 0,
    ).toBeLessThanOrEqual(1);
  }
  expect((await run({})).outcome).toEqual({ kind: "completed" });
  expect(logged(envoy).filter((line) => line.includes("failed"))).toEqual([]);
});
