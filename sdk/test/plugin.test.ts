import { Envoy, type PluginConfig } from "as-proxy-wasm-sim";
import { describe, expect, it } from "vitest";
import { logged, plugin, start, stream } from "./simulated.js";

// Plugins: timers on the host's one tick, delayed ends, updates, several root ids, and root ids used for the wrong thing.

const timers = `
import {
  Configuration, Headers, HeadersAction, HttpFilter, log, Plugin, registerHttpFilter, Timer, TimerCallback, TimerHandler,
} from "as-proxy-wasm-sdk";

class Say extends TimerHandler<Timers> {
  left: i32 = 0;
  constructor(private text: string) { super(); }
  onTimer(plugin: Timers, timer: Timer): void {
    log.info(this.text);
    if (this.text == "three times" && ++this.left == 3) timer.cancel();
    if (this.text == "again") plugin.setTimeout(this.left++ == 0 ? this : new Say("enough"), 0);
    if (this.text == "cancels") plugin.other!.cancel();
  }
}

class Timers extends Plugin {
  other: Timer | null = null;
  ticks: i32 = 0;

  onConfigure(configuration: Configuration): bool {
    const what = configuration.text();
    if (what == "order") {
      this.setTimeout(new Say("c"), 30);
      this.setTimeout(new Say("a"), 10);
      this.setTimeout(new Say("b1"), 20);
      this.setTimeout(new Say("b2"), 20);
      this.setTimeout(new TimerCallback<Timers>((plugin, timer) => { log.info("function " + timer.active.toString()); }), 25);
    } else if (what == "interval") {
      this.setInterval(new Say("three times"), 10);
      this.setTimeout(new Say("between"), 15);
    } else if (what == "again") {
      this.setTimeout(new Say("again"), 5);
    } else if (what == "cancel") {
      this.setTimeout(new Say("cancels"), 10);
      this.other = this.setTimeout(new Say("never"), 20);
      this.setTimeout(new Say("never"), 10).cancel();
    } else if (what == "ticks") {
      this.setTickPeriod(10);
      this.setTimeout(new Say("timer"), 25);
    } else if (what == "many") {
      // Every second one is cancelled; the others come in the order of their times.
      for (let i = 0; i < 1000; ++i) {
        const timer = this.setTimeout(new Say((1 + (i * 7919) % 1000).toString()), 1 + (i * 7919) % 1000);
        if (i % 2 == 1) timer.cancel();
      }
    }
    return true;
  }

  onTick(): void {
    log.info("tick");
    if (++this.ticks == 3) this.setTickPeriod(0);
  }
}

class Filter extends HttpFilter {
  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    this.plugin<Timers>().setTimeout(new Say("from a stream"), 10);
    return headers.has("x-a") ? HeadersAction.Continue : HeadersAction.Continue;
  }
}
registerHttpFilter<Filter, Timers>("test");
`;

describe("timers", () => {
  it.each<[string, string[]]>([
    ["order", ["a", "b1", "b2", "function false", "c"]],
    ["interval", ["three times", "between", "three times", "three times"]],
    ["again", ["again", "again", "enough"]],
    ["cancel", ["cancels"]],
    ["ticks", ["tick", "tick", "timer", "tick"]],
    [
      "many",
      Array.from({ length: 1000 }, (_, i) => [i, 1 + ((i * 7919) % 1000)] as const)
        .filter(([i]) => i % 2 === 0)
        .sort((a, b) => a[1] - b[1])
        .map(([, due]) => `${due}`),
    ],
  ])("%s", async (configuration, expected) => {
    const envoy = await start(timers, { configuration: configuration });
    envoy.advance(2_000);
    const lines = envoy.logs.filter(({ thread }) => thread === "main");
    expect(logged({ logs: lines })).toEqual(expected);
    envoy.stop();
  });

  it("may be set from a stream, which stays the one in effect", async () => {
    const envoy = await start(timers);
    const exchange = await envoy.replay(stream());
    expect(exchange.outcome).toEqual({ kind: "completed" });
    envoy.advance(20);
    expect(logged(envoy)).toEqual(["from a stream"]);
    expect(exchange.trace.filter(({ text }) => text.includes("set_effective_context"))).toEqual([]);
    envoy.stop();
  });
});

const lifecycle = `
import {
  Configuration, Headers, HeadersAction, HttpCallback, HttpFilter, HttpRequest, HttpResponse, lastFailure, log, Plugin,
  registerHttpFilter, Timer, TimerCallback,
} from "as-proxy-wasm-sdk";

class Settings extends Plugin {
  name: string = "";
  answered: i32 = 0;

  constructor() {
    super();
    this.setTickPeriod(1000);
  }

  onConfigure(configuration: Configuration): bool {
    this.name = configuration.text();
    log.info("configured " + this.name);
    return this.name != "bad";
  }

  onDone(): bool {
    log.info(this.name + " is done");
    if (!this.name.startsWith("slow")) return true;
    if (!this.done()) log.info(lastFailure());
    this.setTimeout(new TimerCallback<Settings>((plugin, timer) => {
      log.info(plugin.name + " ends: " + plugin.done().toString() + ", " + plugin.done().toString());
    }), 100);
    return false;
  }
}

class Filter extends HttpFilter {
  private name: string = this.plugin<Settings>().name;

  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    const sent = HttpRequest.get("a", "/").timeout(0).send(this, new HttpCallback<Filter>((filter, response) => {
      filter.requestHeaders.set("x-name", filter.name + " " + filter.plugin<Settings>().name);
      filter.resumeRequest();
    }));
    return sent && headers.has("x-wait") ? HeadersAction.StopAllIterationAndWatermark : HeadersAction.Continue;
  }
}
registerHttpFilter<Filter, Settings>("test");
registerHttpFilter<Filter, Settings>("other");
`;

describe("a plugin", () => {
  const clusters = { a: { delayMs: 50 } };

  it("keeps serving its streams when another takes its place, without mixing", async () => {
    const envoy = await start(lifecycle, { configuration: "one", clusters, drainTimeMs: 1_000 });
    const old = envoy.replay(stream({ headers: { "x-wait": "1" } }));
    expect(await envoy.update([await plugin(lifecycle, { configuration: "bad" })])).toBe("rejected");
    expect(await envoy.update([await plugin(lifecycle, { configuration: "two" })])).toBe("accepted");
    const fresh = envoy.replay(stream({ headers: { "x-wait": "1" } }));
    const names = (await Promise.all([old, fresh])).map(({ upstream }) =>
      new Map(upstream!.headers).get("x-name"),
    );
    expect(names).toEqual(["one one", "two two"]);
    envoy.advance(2_000);
    expect(logged(envoy).filter((line) => line.endsWith("done"))).toEqual(["one is done", "one is done"]);
    expect((await envoy.replay(stream())).outcome).toEqual({ kind: "completed" });
    envoy.stop();
  });

  it("may delay its end, and calls of it that are open then do no harm", async () => {
    const envoy = await start(lifecycle, {
      configuration: "slow",
      clusters: { a: { delayMs: 5_000 } },
      drainTimeMs: 1_000,
    });
    await envoy.replay(stream());
    expect(await envoy.update([await plugin(lifecycle, { configuration: "two" })])).toBe("accepted");
    envoy.advance(20_000);
    const lines = logged({ logs: envoy.logs.filter(({ thread }) => thread !== "main") });
    expect(
      lines.filter((line) => line.includes("slow is") || line.includes("ends") || line.includes("done()")),
    ).toEqual([
      "slow is done",
      "done() ends a wait that onDone began by returning false; this was onDone",
      "slow ends: true, false",
    ]);
    expect((await envoy.replay(stream())).outcome).toEqual({ kind: "completed" });
    envoy.stop();
  });

  it("serves the same classes under several root ids, each with its own configuration", async () => {
    const parts = (rootId: string, configuration: string): Promise<PluginConfig> =>
      plugin(lifecycle, { name: rootId, rootId, configuration: configuration });
    const envoy = await Envoy.start({
      plugins: [await parts("test", "first"), await parts("other", "second")],
      clusters,
    });
    const exchange = await envoy.replay(stream({ headers: { "x-wait": "1" } }));
    expect(new Map(exchange.upstream!.headers).get("x-name")).toBe("second second");
    envoy.stop();
  });
});

it.each([
  ["registerPlugin<Plugin>", "Envoy uses this root_id as a filter, but it is registered with registerPlugin"],
  [
    "registerNetworkFilter<Tcp>",
    "Envoy uses this root_id for HTTP, but it is registered with registerNetworkFilter",
  ],
])("a root id of %s used as an HTTP filter fails closed and says why", async (register, reason) => {
  const envoy = await start(`
    import { Headers, HeadersAction, HttpFilter, NetworkFilter, Plugin, registerHttpFilter, registerNetworkFilter, registerPlugin } from "as-proxy-wasm-sdk";
    class Tcp extends NetworkFilter {}
    class Http extends HttpFilter {
      private count: i32 = 0;
      onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction { return HeadersAction.Continue; }
    }
    registerHttpFilter<Http>("http");
    ${register}("test");
  `);
  const exchange = await envoy.replay(stream());
  expect(exchange.upstream).toBeNull();
  expect(logged(exchange).join("\n")).toContain(reason);
  envoy.stop();
});

it("keeps filters without fields apart where the program could tell them apart", async () => {
  const envoy = await start(`
    import { Headers, HeadersAction, HttpFilter, Plugin, registerHttpFilter, Timer, TimerCallback } from "as-proxy-wasm-sdk";
    class Queue extends Plugin { waiting: Filter[] = []; }
    class Filter extends HttpFilter {
      onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
        const queue = this.plugin<Queue>();
        queue.waiting.push(this);
        if (queue.waiting.length == 2) queue.setTimeout(new TimerCallback<Queue>((queue, timer) => {
          for (let i = 0; i < queue.waiting.length; ++i) queue.waiting[i].resumeRequest();
        }), 10);
        return HeadersAction.StopAllIterationAndWatermark;
      }
    }
    registerHttpFilter<Filter, Queue>("test");
  `);
  const exchanges = await Promise.all([envoy.replay(stream()), envoy.replay(stream())]);
  expect(exchanges.map(({ outcome }) => outcome.kind)).toEqual(["completed", "completed"]);
  envoy.stop();
});

it("logs accesses: what is over can be read and not changed, and calls may be made", async () => {
  const logger = `
    import { HttpCallback, HttpRequest, HttpResponse, lastFailure, log, Plugin, properties, registerPlugin } from "as-proxy-wasm-sdk";
    class Logger extends Plugin {
      onLog(): void {
        const agent = this.requestHeaders.get("user-agent");
        log.info(this.requestHeaders.get(":path")! + " " + this.responseHeaders.get(":status")! + " " + (agent === null ? "no agent" : agent));
        if (!this.responseHeaders.set("x", "y")) log.info(lastFailure());
        HttpRequest.post("collector", "/", new Uint8Array(1)).send(this, new HttpCallback<Logger>((plugin, response) => {
          log.info("stored " + response.ok.toString());
          if (plugin.requestHeaders.get(":path") === null) log.info(lastFailure());
        }));
      }
    }
    registerPlugin<Logger>("test");`;
  const envoy = await Envoy.start({
    plugins: [await plugin(logger, { kind: "access-logger" })],
    clusters: { collector: { status: 201 } },
  });
  await envoy.replay(stream());
  envoy.advance(100);
  expect(logged(envoy)).toEqual([
    "/ 200 no agent",
    "response headers can be changed in onResponseHeaders and while the response is held from there; this was onLog",
    "stored true",
    "request headers can be read in onRequestHeaders and while the request is held from there, and in onLog; this was the answer to an HTTP call",
  ]);
  envoy.stop();
});
