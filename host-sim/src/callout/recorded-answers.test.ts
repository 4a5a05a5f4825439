// What event files say about callouts, time and updates, replayed.
import { expect, test } from "vitest";
import { parseRecording } from "../recording/open-recording.js";
import { writeEventStream } from "../recording/event-stream-writer.js";
import type { RecordedCallout } from "../recording/recorded-callout.js";
import type { RecordedItem } from "../recording/recording.js";
import { logged, runOne, start } from "../testing/run-filter.js";
import { stream } from "../testing/streams.js";
import { calloutClusters } from "./callout-clusters.js";

/** Asks `authn` twice about every request, one call after the other, and `greeter` at every tick; logs the answers. */
const asking = `
  let waiting = 0;
  let asked = 0;
  export function proxy_on_configure(id: i32, size: i32): i32 {
    log("configured " + size.toString());
    proxy_set_tick_period_milliseconds(1000);
    return 1;
  }
  export function proxy_on_tick(id: i32): void {
    log("tick " + httpCall("keys", GET, "", 0).toString());
  }
  function ask(path: string): void {
    log("call " + httpCall("authn", GET.replace("/check", path), "", 0).toString());
  }
  export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 {
    waiting = id;
    asked = 0;
    ask("/first");
    return STOP;
  }
  export function proxy_on_http_call_response(root: i32, token: i32, headers: i32, size: i32, trailers: i32): void {
    log(get(6, ":status") + " " + buffer(4));
    if (waiting == 0) return;
    if (++asked == 1) return ask("/second");
    proxy_set_effective_context(waiting);
    proxy_continue_stream(0);
    waiting = 0;
  }`;

const answer = (status: number, text: string) => ({
  status,
  headers: [],
  body: new Uint8Array(Buffer.from(text)),
  trailers: null,
});
const authn = (status: number, text: string, path?: string): RecordedCallout => ({
  cluster: "authn",
  ...(path === undefined ? {} : { match: [[":path", path]] }),
  answer: answer(status, text),
});

test("a recorded answer makes its cluster known, and each answers one call that it fits, the first first", async () => {
  const callouts = [authn(401, "second", "/second"), authn(200, "any"), authn(503, "never")];
  const exchange = await runOne(asking, { ...stream(), callouts });
  expect(logged(exchange)).toEqual(["call 0", "200 any", "call 0", "401 second"]);
  expect(exchange.callouts).toMatchObject([
    { outcome: "answered", unhandled: false },
    { outcome: "answered", unhandled: false },
  ]);
  expect(exchange.unusedCallouts).toEqual([authn(503, "never")]);
  expect(exchange.outcome.kind).toBe("completed");
});

test("a call that no answer fits goes to the clusters; one that these do not answer is unhandled", async () => {
  const callouts = [authn(200, "recorded", "/second")];
  const scripted = await runOne(
    asking,
    { ...stream(), callouts },
    { clusters: { authn: { body: "scripted" } } },
  );
  expect(logged(scripted)).toEqual(["call 0", "200 scripted", "call 0", "200 recorded"]);
  const envoy = await start(asking);
  const { logs, callouts: made } = await envoy.replay({ ...stream(), callouts });
  expect(logged({ logs }).slice(0, 2)).toEqual([
    "call 0",
    "503 upstream connect error or disconnect/reset before headers. reset reason: connection termination",
  ]);
  expect(made.map(({ unhandled }) => unhandled)).toEqual([true, false]);
  expect(envoy.warnings[0]).toMatch(/^A filter called HTTP of the cluster "authn", which nothing answers: /);
  // The next stream has no answers: for it the cluster is not there.
  const next = await envoy.replay(stream());
  expect(next.callouts[0]).toMatchObject({ outcome: "unknown cluster", unhandled: true });
  envoy.stop();
});

test("standing answers, time and updates are replayed where they stand, also out of an event file", async () => {
  const items: RecordedItem[] = [
    { standing: authn(200, "stands") },
    stream(),
    { standing: authn(403, "stands now") },
    { ...stream(), callouts: [authn(200, "own", "/first")] },
    { standing: { cluster: "keys", answer: answer(200, "k1") } },
    { advanceMs: 2500 },
    { update: [{ plugin: "p", configuration: "four" }] },
    { id: "c", source: "", events: [{ from: "client", kind: "data", bytes: "hi" }] },
  ];
  const envoy = await start(asking);
  const { items: read } = parseRecording(Buffer.from(writeEventStream(items)), "a.stream.jsonl");
  const seen: unknown[] = [];
  for await (const one of envoy.replayAll(read)) {
    if ("stream" in one) seen.push(["stream", ...logged(one)]);
    else if ("connection" in one) seen.push(["connection", one.outcome.kind]);
    else if ("advance" in one) seen.push(["advance", one.outcome.kind, ...logged(one)]);
    else if ("update" in one) seen.push(["update", one.outcome.kind, ...new Set(logged(one))]);
    else seen.push(["standing", one.standing.cluster]);
  }
  expect(seen).toEqual([
    ["standing", "authn"],
    ["stream", "call 0", "200 stands", "call 0", "200 stands"],
    ["standing", "authn"],
    ["stream", "call 0", "200 own", "call 0", "403 stands now"],
    ["standing", "keys"],
    [
      "advance",
      "completed",
      ...["tick 0", "tick 0", "200 k1", "200 k1", "tick 0", "tick 0", "200 k1", "200 k1"],
    ],
    ["update", "accepted", "configured 4"],
    ["connection", "completed"],
  ]);
  expect(envoy.standingAnswers.map(({ callout, given }) => [callout.cluster, given])).toEqual([
    ["authn", 1],
    ["keys", 4],
  ]);
  envoy.stop();
});

test("an update of a plugin that is not there ends the replay; one that is refused does not", async () => {
  const refusing = `
    export function proxy_on_configure(id: i32, size: i32): i32 { return size == 0 ? 1 : 0; }`;
  const envoy = await start(refusing);
  const update = (plugin: string): RecordedItem => ({ update: [{ plugin, configuration: "no" }] });
  for await (const one of envoy.replayAll([update("p")]))
    expect("update" in one && one.outcome).toEqual({ kind: "rejected" });
  await expect(envoy.replayAll([update("q")]).next()).rejects.toThrow(
    'The recording updates the plugin "q", which this Envoy does not have.',
  );
  envoy.stop();
});

test("the clusters of a recording, for an Envoy that has to know them from the start", async () => {
  const dead: RecordedCallout = { cluster: "dead", answer: { failure: "unreachable" } };
  const flaky: RecordedCallout = { cluster: "flaky", answer: { failure: "unreachable" } };
  const items: RecordedItem[] = [
    { ...stream(), callouts: [dead, flaky, authn(200, "")] },
    { standing: { cluster: "flaky", answer: answer(200, "") } },
    { standing: dead },
  ];
  expect(await calloutClusters(items)).toEqual({ dead: "unreachable", flaky: null, authn: null });
});
