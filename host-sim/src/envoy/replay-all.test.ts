import { expect, test } from "vitest";
import { start } from "../testing/run-filter.js";
import { stream } from "../testing/streams.js";
import type { RecordedStream } from "../recording/recorded-stream.js";

/** Counts streams in its memory, and stays for ever in one that asks for it. */
const counting = `
  let count = 0;
  export function proxy_on_request_headers(id: u32, size: u32, end: u32): u32 {
    count++;
    log(count.toString());
    while (get(0, "x-loop") == "yes") {}
    return 0;
  }`;

const streams = (count: number): RecordedStream[] =>
  Array.from({ length: count }, (_, index) => ({ ...stream(), id: `s${index}` }));

test("gives the exchanges of many streams in order, of arrays and of what comes piece by piece", async () => {
  async function* slowly(): AsyncGenerator<RecordedStream> {
    for (const one of streams(700)) yield one;
  }
  for (const source of [streams(700), slowly()]) {
    const envoy = await start(counting, { events: "exchange" });
    const seen: string[] = [];
    for await (const { stream, outcome, logs, trace } of envoy.replayAll(source)) {
      expect(outcome.kind).toBe("completed");
      expect(trace.length).toBeGreaterThan(0);
      seen.push(`${stream.id} ${logs[0]?.text.replace(/.*: /, "")}`);
    }
    expect(seen).toEqual(streams(700).map(({ id }, index) => `${id} ${index + 1}`));
    envoy.stop();
  }
});

test("comes to the same as one replay after the other", async () => {
  const alone = await start(counting);
  const together = await start(counting);
  const expected: string[] = [];
  for (const one of streams(30)) expected.push(...(await alone.replay(one)).trace.map(({ text }) => text));
  const actual: string[] = [];
  for await (const { trace } of together.replayAll(streams(30)))
    actual.push(...trace.map(({ text }) => text));
  expect(actual).toEqual(expected);
  expect(together.trace).toEqual(alone.trace);
});

test("a filter that does not come back is stopped, named, and costs its own stream alone", async () => {
  const envoy = await start(counting, { callbackTimeoutMs: 100 });
  const looping = stream({ headers: [["x-loop", "yes"]] });
  const outcomes = [];
  for await (const { outcome } of envoy.replayAll([...streams(3), looping, ...streams(3)]))
    outcomes.push(outcome.kind === "failed" ? outcome.explanation : outcome.kind);
  expect(outcomes).toEqual([
    ...["completed", "completed", "completed"],
    'proxy_on_request_headers of plugin "p" did not return within 100 ms.',
    ...["completed", "completed", "completed"],
  ]);
});

test("what is kept: of everything, of the exchanges alone, or neither trace nor times", async () => {
  for (const events of ["all", "exchange", "none"] as const) {
    const envoy = await start(counting, { events });
    let kept = 0;
    for await (const { trace, callbacks, logs } of envoy.replayAll(streams(20))) {
      expect(logs).toHaveLength(1);
      expect([trace.length > 0, callbacks.length > 0]).toEqual([events !== "none", events !== "none"]);
      kept += logs.length;
    }
    expect(kept).toBe(20);
    expect(envoy.logs.length).toBe(events === "all" ? 20 : 0);
    expect(envoy.trace.length > 0).toBe(events === "all");
  }
});
