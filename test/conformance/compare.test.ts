import { expect, it } from "vitest";

import { compare } from "./compare.js";
import type { Observation, ThreadLines } from "./observation.js";
import { transcribe } from "./transcript.js";

const nothing: ThreadLines = { trace: [], logs: [] };

function observation(change: {
  readonly downstream?: string;
  readonly log?: string;
  readonly metric?: string;
}): Observation {
  return {
    start: { outcome: "serving", main: nothing, worker: nothing },
    streams: [
      {
        id: "get",
        downstream: { bytes: change.downstream ?? "HTTP/1.1 200 OK\r\n\r\n", end: "complete" },
        upstream: ["GET / HTTP/1.1\r\n\r\n"],
        callouts: [],
        worker: { trace: [], logs: change.log === undefined ? [] : [`info ${change.log}`] },
        main: nothing,
      },
    ],
    stop: { main: nothing, worker: nothing },
    metrics: { counter: change.metric ?? "1" },
  };
}

const differences = (expected: Observation, actual: Observation) =>
  compare(
    { name: "Envoy", transcript: transcribe(expected) },
    { name: "simulator", transcript: transcribe(actual) },
  );

it("finds nothing between equals", () => {
  expect(differences(observation({}), observation({}))).toEqual([]);
});

it("names the group, the line and both sides", () => {
  const [difference, ...more] = differences(
    observation({}),
    observation({ downstream: "HTTP/1.1 200 OK\r\nx-more: 1\r\n\r\n" }),
  );
  expect(more).toEqual([]);
  expect(difference?.group).toBe("bytes to the client");
  expect(difference?.report.split("\n")).toEqual([
    'first difference in line 4, below "-- get: complete"',
    "  Envoy:",
    "    -- serving",
    "    -- get: complete",
    "    HTTP/1.1 200 OK\\r\\n",
    "  > \\r\\n",
    "  simulator:",
    "    -- serving",
    "    -- get: complete",
    "    HTTP/1.1 200 OK\\r\\n",
    "  > x-more: 1\\r\\n",
    "    \\r\\n",
  ]);
});

it("says where one side ends", () => {
  const [difference] = differences(observation({ log: "hello" }), observation({ log: "hello\nand more" }));
  expect(difference?.report).toContain("| and more");
});

it("compares octets, not text", () => {
  expect(differences(observation({ log: "\xe9" }), observation({ log: "\\xe9" }))).toHaveLength(1);
});

it("tells long lines apart that begin alike", () => {
  const long = "v".repeat(5000);
  expect(differences(observation({ log: `${long}a` }), observation({ log: `${long}b` }))).toHaveLength(1);
});

it("forgives the time of day, and no other date", () => {
  const dated = (date: string) =>
    observation({ downstream: `HTTP/1.1 403 Forbidden\r\ndate: ${date}\r\n\r\n` });
  const now = new Date().toUTCString();
  const aMinuteAgo = new Date(Date.now() - 60_000).toUTCString();
  const recorded = "Thu, 01 Jan 1970 00:00:00 GMT";
  expect(differences(dated(now), dated(aMinuteAgo))).toEqual([]);
  expect(differences(dated(now), dated(recorded))).toHaveLength(1);
});
