import type { Envoy } from "as-proxy-wasm-sim";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bodyOf, headerOf, logged, start, statusOf, stream, type MessageParts } from "./simulated.js";

// The body collector: whatever the way a body ends, it is handed over once, whole.

const source = `
import {
  Body, BodyAction, BodyUse, Headers, HeadersAction, HttpFilter, lastFailure, log, Plugin, registerHttpFilter, Timer,
  TimerHandler, TrailersAction,
} from "as-proxy-wasm-sdk";

class Resume extends TimerHandler<Plugin> {
  constructor(private filter: Collector, private response: bool) { super(); }
  onTimer(plugin: Plugin, timer: Timer): void {
    const filter = this.filter;
    const resumed = this.response ? filter.resumeResponse() : filter.resumeRequest();
    log.info("resumed " + resumed.toString() + (resumed ? "" : ": " + lastFailure()));
  }
}

class Collector extends HttpFilter {
  private use: BodyUse = BodyUse.Read;
  private act: string = "";

  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    const use = headers.get("x-use");
    const act = headers.get("x-act");
    if (use !== null) this.use = <BodyUse>(use.charCodeAt(0) - 0x30);
    if (act !== null) this.act = act;
    if (this.act.startsWith("response")) return HeadersAction.Continue;
    const action = this.collectRequestBody(10, this.use);
    if (this.act == "ignore what collecting gave") return HeadersAction.Continue;
    if (this.act == "wait first" || this.act == "resume while collecting") this.later(false);
    return this.act == "wait first" ? HeadersAction.StopAllIterationAndWatermark : action;
  }

  onRequestBodyComplete(body: Body): BodyAction {
    log.info("request complete: " + body.text());
    return this.handle(body, false);
  }

  onRequestBodyTooLarge(): void {
    log.info("request too large");
    if (this.act != "let large pass") super.onRequestBodyTooLarge();
  }

  onRequestTrailers(trailers: Headers): TrailersAction {
    log.info("request trailers, " + this.requestBody.size.toString() + " bytes held");
    return TrailersAction.Continue;
  }

  onResponseHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    return this.act.startsWith("response") ? this.collectResponseBody(10, this.use) : HeadersAction.Continue;
  }

  onResponseBodyComplete(body: Body): BodyAction {
    log.info("response complete: " + body.text());
    return this.handle(body, true);
  }

  onResponseBodyTooLarge(): void {
    log.info("response too large");
    super.onResponseBodyTooLarge();
  }

  private handle(body: Body, response: bool): BodyAction {
    const act = this.act;
    if (act.endsWith("change")) {
      const changed = body.replaceText("<" + body.text() + ">");
      if (!changed) log.info(lastFailure());
    } else if (act.endsWith("refuse")) {
      this.sendLocalReply(403, "refused\\n");
    } else if (act.endsWith("hold")) {
      this.later(response);
      return BodyAction.StopIterationNoBuffer;
    }
    return BodyAction.Continue;
  }

  private later(response: bool): void {
    this.plugin<Plugin>().setTimeout(new Resume(this, response), 10);
  }
}
registerHttpFilter<Collector>("test");
`;

let plain: Envoy;
/** With \`allow_on_headers_stop_iteration\`, which the held ways need. */
let allowing: Envoy;
beforeAll(async () => {
  plain = await start(source);
  allowing = await start(source, { allowOnHeadersStopIteration: true });
});
afterAll(() => {
  plain.stop();
  allowing.stop();
});

const uses = { Read: "0", Change: "1", ReadHeld: "2", ChangeHeld: "3" } as const;
const envoyFor = (use: keyof typeof uses): Envoy => (use.endsWith("Held") ? allowing : plain);
const chunked = { "transfer-encoding": "chunked" };

/** Every way in which a message may end. */
const endings: Record<string, MessageParts & { readonly text: string }> = {
  "content-length": { text: "hello", headers: { "content-length": "5" }, body: ["hello"] },
  chunked: { text: "hello", headers: chunked, body: ["hel", "lo"] },
  "an empty body, chunked": { text: "", headers: chunked, body: [] },
  trailers: { text: "hello", headers: chunked, body: ["hel", "lo"], trailers: { "x-trailer": "1" } },
  "trailers without a body": { text: "", headers: chunked, body: [], trailers: { "x-trailer": "1" } },
};

describe.each(Object.keys(uses) as (keyof typeof uses)[])("BodyUse.%s", (use) => {
  describe.each(Object.entries(endings))("ended by %s", (ending, { text, ...parts }) => {
    const withHeaders = (act: string): MessageParts => ({
      ...parts,
      headers: { ...parts.headers, "x-use": uses[use], "x-act": act },
    });
    const changes = use.startsWith("Change");

    it("hands a request's body over once", async () => {
      const exchange = await envoyFor(use).replay(stream(withHeaders("")));
      expect(exchange.outcome).toEqual({ kind: "completed" });
      expect(logged(exchange).filter((line) => line.startsWith("request complete"))).toEqual([
        `request complete: ${text}`,
      ]);
      expect(bodyOf(exchange.upstream)).toBe(text);
    });

    it("hands a response's body over once", async () => {
      const exchange = await envoyFor(use).replay(
        stream({ headers: { "x-use": uses[use], "x-act": "response" } }, parts),
      );
      expect(exchange.outcome).toEqual({ kind: "completed" });
      expect(logged(exchange)).toEqual([`response complete: ${text}`]);
      expect(bodyOf(exchange.response)).toBe(text);
    });

    it("lets it be changed, or says why not, with content-length right", async () => {
      const exchange = await envoyFor(use).replay(stream(withHeaders("change")));
      expect(exchange.outcome).toEqual({ kind: "completed" });
      const changed = changes && (text !== "" || ending.includes("chunked"));
      if (changed) expect(bodyOf(exchange.upstream)).toBe(`<${text}>`);
      else expect(bodyOf(exchange.upstream)).toBe(text);
      if (!changes)
        expect(logged(exchange)).toContain(
          "this body is collected with BodyUse.Read: its content-length stays, so its size must too; use BodyUse.Change",
        );
      const length = headerOf(exchange.upstream, "content-length");
      if (length !== null) expect(Number(length)).toBe(bodyOf(exchange.upstream)!.length);
    });

    it("can be held and resumed once", async () => {
      const exchange = await envoyFor(use).replay(stream(withHeaders("hold")));
      expect(exchange.outcome).toEqual({ kind: "completed" });
      expect(bodyOf(exchange.upstream)).toBe(text);
      expect(logged(exchange)).toContain("resumed true");
    });

    it("can be refused", async () => {
      const exchange = await envoyFor(use).replay(stream(withHeaders("refuse")));
      expect(statusOf(exchange)).toBe("403");
      if (use.endsWith("Held")) expect(exchange.upstream).toBeNull();
    });

    it("is collected after something else was waited for", async () => {
      const exchange = await envoyFor(use).replay(stream(withHeaders("wait first")));
      expect(exchange.outcome).toEqual({ kind: "completed" });
      expect(logged(exchange)).toContain("resumed true");
      expect(logged(exchange)).toContain(`request complete: ${text}`);
      expect(bodyOf(exchange.upstream)).toBe(text);
    });
  });
});

const large = "0123456789a";
const tooLarge: Record<string, MessageParts> = {
  "its content-length": { headers: { "content-length": "11" }, body: [large] },
  "a content-length beyond reason": { headers: { "content-length": "99999999999999999999" }, body: [large] },
  "its size": { headers: chunked, body: ["0123456", "789a"] },
  "its size, with trailers": { headers: chunked, body: [large], trailers: { "x-trailer": "1" } },
};

describe.each(Object.keys(uses) as (keyof typeof uses)[])("a body too large, BodyUse.%s", (use) => {
  it.each(Object.entries(tooLarge))("a request is answered 413 because of %s", async (_, parts) => {
    const exchange = await envoyFor(use).replay(
      stream({ ...parts, headers: { ...parts.headers, "x-use": uses[use] } }),
    );
    // Envoy itself refuses a number it can't read.
    if (statusOf(exchange) !== "400") {
      expect(statusOf(exchange)).toBe("413");
      expect(logged(exchange)).toEqual(["request too large"]);
    }
    expect(bodyOf(exchange.upstream) ?? "").toBe("");
  });

  it("may be let pass, whole", async () => {
    const parts = tooLarge["its size, with trailers"]!;
    const exchange = await envoyFor(use).replay(
      stream({ ...parts, headers: { ...chunked, "x-use": uses[use], "x-act": "let large pass" } }),
    );
    expect(exchange.outcome).toEqual({ kind: "completed" });
    expect(bodyOf(exchange.upstream)).toBe(large);
    expect(logged(exchange)).toEqual(["request too large", "request trailers, 0 bytes held"]);
  });

  it("a response that announces it becomes a 502", async () => {
    const exchange = await envoyFor(use).replay(
      stream({ headers: { "x-use": uses[use], "x-act": "response" } }, tooLarge["its content-length"]),
    );
    expect([statusOf(exchange), logged(exchange)]).toEqual(["502", ["response too large"]]);
  });
});

it.each(["ReadHeld", "ChangeHeld"] as const)(
  "%s: a response becomes a 502 whatever tells its size",
  async (use) => {
    for (const [what, parts] of Object.entries(tooLarge).filter(([what]) => what.startsWith("its"))) {
      const exchange = await allowing.replay(
        stream({ headers: { "x-use": uses[use], "x-act": "response" } }, parts),
      );
      expect([statusOf(exchange), logged(exchange)], what).toEqual(["502", ["response too large"]]);
    }
  },
);

it.each(["Read", "Change"] as const)("%s: a response whose headers have left is cut", async (use) => {
  for (const [what, parts] of Object.entries(tooLarge).filter(([what]) => what.startsWith("its size"))) {
    const exchange = await plain.replay(
      stream({ headers: { "x-use": uses[use], "x-act": "response" } }, parts),
    );
    expect([exchange.outcome.kind, logged(exchange)], what).toEqual(["reset", ["response too large"]]);
  }
});

describe("collecting", () => {
  it.each(["GET", "HEAD"])("a %s is complete with its headers", async (method) => {
    const exchange = await plain.replay(stream({ method, headers: { "x-act": "hold" } }));
    expect(exchange.outcome).toEqual({ kind: "completed" });
    expect(logged(exchange)).toEqual(["request complete: ", "resumed true"]);
  });

  it("calls onRequestBodyComplete once for a request without a body that waits for something else", async () => {
    const exchange = await plain.replay(stream({ headers: { "x-act": "wait first" } }));
    expect(exchange.outcome).toEqual({ kind: "completed" });
    expect(logged(exchange)).toEqual(["request complete: ", "resumed true"]);
  });

  it.each([
    ["HEAD", 200],
    ["GET", 204],
    ["GET", 304],
  ] as const)("the answer to %s with status %i is complete with its headers", async (method, status) => {
    const exchange = await allowing.replay(
      stream(
        { method, headers: { "x-act": "response", "x-use": uses.ChangeHeld } },
        { status, headers: method === "HEAD" ? { "content-length": "1000" } : {} },
      ),
    );
    expect(exchange.outcome).toEqual({ kind: "completed" });
    expect(logged(exchange)).toEqual(["response complete: "]);
    expect(statusOf(exchange)).toBe(`${status}`);
  });

  it.each(Object.keys(uses) as (keyof typeof uses)[])(
    "an answer held with %s goes on when resumed",
    async (use) => {
      const exchange = await envoyFor(use).replay(
        stream({ headers: { "x-act": "response, hold", "x-use": uses[use] } }),
      );
      expect(exchange.outcome).toEqual({ kind: "completed" });
      expect(logged(exchange)).toEqual(["response complete: hello", "resumed true"]);
      expect(bodyOf(exchange.response)).toBe("hello");
    },
  );

  it("does not let what has come so far go on by itself", async () => {
    const exchange = await plain.replay(
      stream({ headers: { ...chunked, "x-act": "resume while collecting" }, body: ["hel", "lo"] }),
    );
    expect(exchange.outcome).toEqual({ kind: "completed" });
    expect(bodyOf(exchange.upstream)).toBe("hello");
  });

  it("removes content-length after all when the filter does not hold what it said it would", async () => {
    const exchange = await plain.replay(
      stream({
        headers: { "content-length": "5", "x-use": uses.ChangeHeld, "x-act": "ignore what collecting gave" },
        body: ["hello"],
      }),
    );
    expect(exchange.outcome).toEqual({ kind: "completed" });
    expect(headerOf(exchange.upstream, "content-length")).toBeNull();
    expect(bodyOf(exchange.upstream)).toBe("hello");
  });
});

it("lets a filter's own answer pass the collector of its responses, above the limit too, and be held", async () => {
  const exchange = await start(`
    import { Body, BodyAction, Headers, HeadersAction, HttpFilter, log, Plugin, registerHttpFilter, Timer, TimerHandler } from "as-proxy-wasm-sdk";
    class Later extends TimerHandler<Plugin> {
      constructor(private filter: Filter) { super(); }
      onTimer(plugin: Plugin, timer: Timer): void { log.info("resumed " + this.filter.resumeResponse().toString()); }
    }
    class Filter extends HttpFilter {
      onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
        this.sendLocalReply(401, "an answer longer than the limit");
        return HeadersAction.Continue;
      }
      onResponseHeaders(headers: Headers, endOfStream: bool): HeadersAction {
        log.info("status " + headers.get(":status")!);
        this.collectResponseBody(5);
        this.plugin<Plugin>().setTimeout(new Later(this), 5);
        return HeadersAction.StopAllIterationAndWatermark;
      }
    }
    registerHttpFilter<Filter>("test");
  `).then((envoy) => envoy.replay(stream()));
  expect(exchange.outcome).toEqual({ kind: "completed" });
  expect(statusOf(exchange)).toBe("401");
  expect(bodyOf(exchange.response)).toBe("an answer longer than the limit");
  expect(logged(exchange)).toEqual(["status 401", "resumed true"]);
});

it("keeps a limit for a filter that overrides nothing else", async () => {
  const envoy = await start(`
    import { Headers, HeadersAction, HttpFilter, registerHttpFilter } from "as-proxy-wasm-sdk";
    class Limit extends HttpFilter {
      onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction { return this.collectRequestBody(5); }
    }
    registerHttpFilter<Limit>("test");
  `);
  const small = await envoy.replay(stream({ headers: chunked, body: ["hello"] }));
  const big = await envoy.replay(stream({ headers: chunked, body: ["hello", "!"] }));
  expect([statusOf(small), bodyOf(small.upstream), statusOf(big)]).toEqual(["200", "hello", "413"]);
  envoy.stop();
});
