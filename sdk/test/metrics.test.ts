import { beforeEach, describe, expect, it } from "vitest";
import { runWithHost, type ScriptedGuest } from "./scripted-host.js";

const source = `
import { Counter, Gauge, Histogram } from "as-proxy-wasm-sdk/assembly/metrics/metric";
import { statsTags } from "as-proxy-wasm-sdk/assembly/metrics/stats-tags";
import { lastFailure } from "as-proxy-wasm-sdk/assembly/context/failure";

const requests = new Counter("requests");
const open = new Gauge("open");
const duration = new Histogram("duration_ms");
const few = new Counter("few", 3);

export function count(by: u32): void { requests.increment(by); }
export function counted(): u64 { return requests.value; }
export function countRoute(route: string, code: string): void {
  requests.with("route", route).with("code", code).increment();
}
export function countFew(value: string): void { few.with("client", value).increment(); }
export function move(by: i32): void { open.increment(by); }
export function set(value: i32): void { open.set(value); }
export function opened(): i64 { return open.value; }
export function record(value: u32): void { duration.with("route", "a").record(value); }
export function defineAll(): bool { return requests.define() && open.define() && duration.define(); }
export function tags(a: string, b: string): string { return statsTags([a, b]); }
export function failure(): string { return lastFailure(); }
`;

/** A host that keeps metrics as Envoy does (abi.md 7.6). */
interface Metrics {
  guest: ScriptedGuest;
  readonly values: Map<string, bigint>;
  readonly defined: string[];
  refuse: boolean;
}

async function start(): Promise<Metrics> {
  const values = new Map<string, bigint>();
  const names = new Map<number, string>();
  const defined: string[] = [];
  const metrics = { values, defined, refuse: false } as unknown as Metrics;
  metrics.guest = await runWithHost(source, (memory) => ({
    proxy_define_metric(type: number, name: number, size: number, out: number) {
      if (metrics.refuse) return 10;
      const text = memory.readText(name, size);
      defined.push(text);
      const id = (names.size + 1) * 4 + type;
      names.set(id, text);
      memory.writeU32(out, id);
      return 0;
    },
    proxy_increment_metric(id: number, by: bigint) {
      const name = names.get(id);
      if (name === undefined) return 1;
      if (id % 4 === 2 || (id % 4 === 0 && by <= 0n)) return 2;
      values.set(name, (values.get(name) ?? 0n) + by);
      return 0;
    },
    proxy_record_metric(id: number, value: bigint) {
      const name = names.get(id);
      if (name === undefined) return 1;
      values.set(name, value);
      return 0;
    },
    proxy_get_metric(id: number, out: number) {
      const name = names.get(id);
      if (name === undefined) return 1;
      if (id % 4 === 2) return 2;
      memory.writeU64(out, values.get(name) ?? 0n);
      return 0;
    },
  }));
  return metrics;
}

let metrics: Metrics;
let guest: ScriptedGuest;
const text = (value: string): number => guest.__newString(value);
beforeEach(async () => {
  metrics = await start();
  guest = metrics.guest;
});

describe("a counter", () => {
  it("is known to the host at its first use, not before", () => {
    expect(metrics.defined).toEqual([]);
    guest["count"]!(1);
    guest["count"]!(2);
    expect(metrics.defined).toEqual(["requests"]);
    expect(metrics.values.get("requests")).toBe(3n);
  });

  it("can be read as often as one likes without changing", () => {
    guest["count"]!(41);
    expect(guest["counted"]!()).toBe(41n);
    expect(guest["counted"]!()).toBe(41n);
  });

  it("adds nothing for zero, which the host would refuse", () => {
    guest["count"]!(0);
    expect(guest["counted"]!()).toBe(0n);
    expect(guest.__getString(guest["failure"]!())).toBe("");
  });

  it("reads as 0 when the host refuses it, and asks for it once", () => {
    metrics.refuse = true;
    guest["count"]!(1);
    expect(guest["counted"]!()).toBe(0n);
    expect(guest.__getString(guest["failure"]!())).toBe("the host answered InternalFailure");
    metrics.refuse = false;
    expect(guest["counted"]!()).toBe(0n);
    expect(guest["defineAll"]!()).toBe(1);
    guest["count"]!(5);
    expect(guest["counted"]!()).toBe(5n);
  });
});

it("moves a gauge both ways, below zero too", () => {
  guest["move"]!(2);
  guest["move"]!(-7);
  expect(guest["opened"]!()).toBe(-5n);
  guest["set"]!(12);
  expect(guest["opened"]!()).toBe(12n);
});

it("records into a histogram", () => {
  guest["record"]!(250);
  expect(metrics.values.get("duration_ms;route=a")).toBe(250n);
});

describe("labels", () => {
  const count = (route: string, code: string): void => void guest["countRoute"]!(text(route), text(code));

  it("make a series of each combination, once", () => {
    count("a", "200");
    count("a", "200");
    count("a", "500");
    count("b", "200");
    expect([...metrics.values]).toEqual([
      ["requests;route=a;code=200", 2n],
      ["requests;route=a;code=500", 1n],
      ["requests;route=b;code=200", 1n],
    ]);
    expect(metrics.defined.length).toBe(3);
  });

  it.each([
    ["a;code=200", "a_code_200"],
    ['quo"ted\\', "quo_ted_"],
    ["line\r\nfeed\0", "line__feed_"],
    ["ümlaut and 🚀", "_mlaut_and___"],
    ["/v1.2/users?id", "/v1.2/users?id"],
    ["v1..", "v1._"],
    ["", "-"],
    ["x".repeat(5000), "x".repeat(64)],
    ["é".repeat(5000), "_".repeat(64)],
  ])("carry %.20j as %.20j", (value, carried) => {
    count(value, "200");
    count(value, "200");
    expect([...metrics.values]).toEqual([[`requests;route=${carried};code=200`, 2n]]);
  });

  it("count under `overflow` what would be one series too many", () => {
    for (let i = 0; i < 100; i++) guest["countFew"]!(text(`client-${i}`));
    guest["countFew"]!(text("client-1"));
    expect([...metrics.values]).toEqual([
      ["few;client=client-0", 1n],
      ["few;client=client-1", 2n],
      ["few;client=client-2", 1n],
      ["few;client=overflow", 97n],
    ]);
  });

  it("keep the overflow of a chain bounded as well", () => {
    for (let i = 0; i < 2000; i++) count(`route-${i}`, `${i % 7}`);
    expect(metrics.defined.length).toBeLessThan(520);
    let total = 0n;
    for (const value of metrics.values.values()) total += value;
    expect(total).toBe(2000n);
  });
});

it("writes the tags that make Envoy's labels of them", () => {
  const yaml = guest.__getString(guest["tags"]!(text("route"), text("code")));
  expect(yaml).toBe(`stats_config:
  stats_tags:
  - tag_name: route
    regex: '^wasmcustom\\..*?(;route=([^;]*))'
  - tag_name: code
    regex: '^wasmcustom\\..*?(;code=([^;]*))'
`);
  const regexes = [...yaml.matchAll(/regex: '(.*)'/g)].map((match) => new RegExp(match[1]!));
  const name = "wasmcustom.requests;route=a.b;code=200";
  expect(regexes.map((regex) => regex.exec(name)?.slice(1))).toEqual([
    [";route=a.b", "a.b"],
    [";code=200", "200"],
  ]);
  expect(regexes.map((regex) => regex.exec("wasmcustom.requests"))).toEqual([null, null]);
});
