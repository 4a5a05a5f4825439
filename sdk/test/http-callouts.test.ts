import { type Clusters, type Exchange, type HttpCalloutAnswer, toText } from "as-proxy-wasm-sim";
import { describe, expect, it } from "vitest";
import { headerOf, logged, start, statusOf, stream } from "./simulated.js";

// HTTP calls: what comes of them, where the answer arrives, and what is told when nobody waits any more.

const source = `
import {
  CallOutcome, Headers, HeadersAction, HttpCallback, HttpCallHandler, HttpFilter, HttpRequest, HttpResponse, lastFailure, log,
  Plugin, registerHttpFilter, Configuration,
} from "as-proxy-wasm-sdk";

const NAMES = ["Answered", "Timeout", "Unreachable", "Reset", "NotSent"];
function describe(response: HttpResponse): string {
  return NAMES[response.outcome] + " " + response.status.toString() + " " + response.body.text().slice(0, 20);
}

class Calls extends Plugin {
  onConfigure(configuration: Configuration): bool {
    if (configuration.text() == "call")
      HttpRequest.get("a", "/own").send(this, new HttpCallback<Calls>((plugin, response) => { log.info("own " + describe(response)); }));
    return true;
  }
}

class Asking extends HttpFilter {
  private open: i32 = 0;

  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    const how = headers.get("x-call");
    if (how === null) return HeadersAction.Continue;
    const calls = how.split(", ");
    for (let i = 0; i < calls.length; ++i) {
      if (this.request(calls[i], headers).send(this, new Answer(calls[i]))) ++this.open;
      else log.info(calls[i] + ": " + lastFailure());
    }
    return this.open == 0 ? HeadersAction.Continue : HeadersAction.StopAllIterationAndWatermark;
  }

  private request(how: string, headers: Headers): HttpRequest {
    const cluster = how.split(" ")[0];
    if (how.includes("with retries")) return HttpRequest.get(cluster, "/").retries(2, 10).timeout(50);
    if (how.includes("for ever")) return HttpRequest.get(cluster, "/").timeout(0);
    if (how.includes("bad path")) return HttpRequest.get(cluster, "/a b HTTP/1.1");
    if (how.includes("relative path")) return HttpRequest.get(cluster, "a");
    if (how.includes("bad method")) return new HttpRequest(cluster, "GE T", "/");
    if (how.includes("no authority")) return HttpRequest.get(cluster, "/").authority("");
    if (how.includes("bad header")) return HttpRequest.get(cluster, "/").header("x", "a\\nb");
    if (how.includes("pseudo header")) return HttpRequest.get(cluster, "/").header(":path", "/other");
    if (how.includes("1100 headers")) {
      const request = HttpRequest.get(cluster, "/");
      for (let i = 0; i < 1100; ++i) request.header("x", "y");
      return request;
    }
    if (how.includes("everything"))
      return HttpRequest.post(cluster, "/p?q=1", new Uint8Array(3)).header("Host", "authority").header("content-length", "9").header("x-a", "1").headersOf(headers);
    return HttpRequest.get(cluster, "/").timeout(100);
  }

  answered(text: string): void {
    log.info(text);
    this.requestHeaders.add("x-answer", text);
    if (--this.open == 0 && !this.resumeRequest()) log.info(lastFailure());
  }

  onLog(): void { if (this.open > 0) log.info("gone with " + this.open.toString() + " calls open"); }
}

class Answer extends HttpCallHandler<Asking> {
  constructor(private name: string) { super(); }
  onResponse(filter: Asking, response: HttpResponse): void { filter.answered(this.name + ": " + describe(response)); }
  onOwnerGone(response: HttpResponse): void { log.info(this.name + ", owner gone: " + describe(response)); }
}
registerHttpFilter<Asking, Calls>("test");
`;

async function run(
  how: string,
  clusters: Clusters,
  clientTimeoutMs?: number,
): Promise<{ exchange: Exchange; lines: string[] }> {
  const envoy = await start(source, { clusters });
  const options = clientTimeoutMs === undefined ? {} : { clientTimeoutMs };
  const exchange = await envoy.replay(
    stream({ headers: { "x-call": how, "x-present": "1", connection: "close" } }),
    options,
  );
  envoy.advance(10_000);
  const lines = logged(envoy).filter((line) => line !== "");
  envoy.stop();
  return { exchange, lines };
}

describe("an outcome", () => {
  it.each<[string, Clusters, string]>([
    ["an answer", { a: { status: 201, body: "hi" } }, "a: Answered 201 hi"],
    [
      "an answer of the upstream that is a failure",
      { a: { status: 503, headers: { date: "x" }, body: "down" } },
      "a: Answered 503 down",
    ],
    ["no connection", { a: "unreachable" }, "a: Unreachable 0 "],
    ["a connection that closes", { a: "disconnect" }, "a: Unreachable 0 "],
    ["no answer in time", { a: "timeout" }, "a: Timeout 0 "],
    ["an answer that breaks off", { a: "reset" }, "a: Reset 0 "],
  ])("%s", async (_, clusters, expected) => {
    const { exchange, lines } = await run("a", clusters);
    expect(lines).toEqual([expected]);
    expect(exchange.outcome).toEqual({ kind: "completed" });
    // The handler acts on the stream.
    expect(headerOf(exchange.upstream, "x-answer")).toBe(expected);
  });

  const unknown = "no call was made: the cluster is unknown, or :method, :path or :authority is missing";
  const pseudo =
    "no call was made: method and authority must not be empty, the path must begin with /, none may have spaces, and no other pseudo header can be set";
  it.each<[string, string]>([
    ["b", unknown],
    ["sick", "no call was made: the cluster has no host to send it to"],
    ["a bad path", pseudo],
    ["a relative path", pseudo],
    ["a bad method", pseudo],
    ["a no authority", pseudo],
    ["a pseudo header", pseudo],
    ["a bad header", "a field's value must not have control characters, such as CR, LF or NUL"],
    ["a 1100 headers", "no call was made: the host takes at most 1024 fields and 1 MiB of them"],
  ])("%s: nothing is sent, and lastFailure says why", async (how, failure) => {
    const { exchange, lines } = await run(how, { a: { body: "" }, sick: "no healthy host" });
    expect(lines).toEqual([`${how}: ${failure}`]);
    expect(exchange.outcome).toEqual({ kind: "completed" });
    expect(exchange.callouts.filter(({ request }) => request.cluster === "a")).toEqual([]);
  });
});

it("fills in what a request needs and leaves out what is about another message", async () => {
  const { exchange } = await run("a everything", { a: { status: 200 } });
  const sent = exchange.callouts[0]!.request;
  expect(sent.headers.map(([name, value]) => `${toText(name)}: ${toText(value)}`)).toEqual(
    expect.arrayContaining([
      ":method: POST",
      ":path: /p?q=1",
      ":authority: authority",
      "x-a: 1",
      "x-present: 1",
      "content-length: 3",
    ]),
  );
  expect(sent.headers.filter(([name]) => toText(name) === "connection")).toEqual([]);
  expect(sent.timeoutMs).toBe(5_000);
});

it("waits for several calls, whatever the order of their answers", async () => {
  const { exchange, lines } = await run("a, b, c", {
    a: { delayMs: 30 },
    b: { delayMs: 10 },
    c: "unreachable",
  });
  expect(lines.sort()).toEqual(["a: Answered 200 ", "b: Answered 200 ", "c: Unreachable 0 "]);
  expect(exchange.outcome).toEqual({ kind: "completed" });
});

describe("retries", () => {
  it.each<[string, (attempt: number) => HttpCalloutAnswer, string, number]>([
    [
      "stop at the first answer",
      (attempt) => (attempt < 3 ? "unreachable" : { body: "third" }),
      "Answered 200 third",
      3,
    ],
    [
      "are made after a 503",
      (attempt) => (attempt < 2 ? { status: 503 } : { status: 200 }),
      "Answered 200 ",
      2,
    ],
    ["are not made after a 500", () => ({ status: 500 }), "Answered 500 ", 1],
    ["end with the last failure", () => "timeout", "Timeout 0 ", 3],
    [
      "end when nothing can be sent any more",
      (attempt) => (attempt < 2 ? "reset" : "no healthy host"),
      "NotSent 0 ",
      2,
    ],
  ])("%s", async (_, answer, expected, attempts) => {
    let asked = 0;
    const { exchange, lines } = await run("a with retries", { a: () => answer(++asked) });
    expect(lines).toEqual([`a with retries: ${expected}`]);
    expect(asked).toBe(attempts);
    expect(exchange.outcome).toEqual({ kind: "completed" });
  });
});

describe("an owner that has gone", () => {
  it("is told so when the answer comes, and nothing else happens", async () => {
    const { exchange, lines } = await run("a for ever", { a: { body: "late", delayMs: 500 } }, 50);
    expect(exchange.outcome.kind).toBe("stalled");
    expect(lines).toEqual(["gone with 1 calls open", "a for ever, owner gone: Answered 200 late"]);
  });

  it("is not waited for between attempts", async () => {
    const { lines } = await run("a with retries", { a: { failure: "unreachable", delayMs: 45 } }, 50);
    expect(lines).toEqual(["gone with 1 calls open", "a with retries, owner gone: NotSent 0 "]);
  });
});

it("answers a plugin's own call", async () => {
  const envoy = await start(source, { configuration: "call", clusters: { a: { body: "yes" } } });
  envoy.advance(100);
  // One on the main thread, one on the worker.
  expect(logged(envoy)).toEqual(["own Answered 200 yes", "own Answered 200 yes"]);
  expect(statusOf(await envoy.replay(stream()))).toBe("200");
  envoy.stop();
});
