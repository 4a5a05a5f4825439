import type { RowId } from "../hostile/rows.js";

/** Where a rule of docs/abi.md is shown to hold in both hosts, or why it is not. */
export type Coverage =
  /** Cases, by name. */
  | readonly string[]
  /** Nothing that a module does can show it. */
  | { readonly notObservable: string }
  /** It depends on how threads or packets meet: what is compared instead, and why. */
  | { readonly racy: string }
  /** Cases for the most of it, and what they leave out and why. */
  | { readonly cases: readonly string[]; readonly without: string }
  /** It is about the SDK: rows of test/hostile, and cases that compare what the host does there. */
  | { readonly hostile: readonly RowId[]; readonly cases: readonly string[] }
  /** The simulator refuses to be asked, loudly (docs/simulator.md, "Not at all"). */
  | { readonly unmodelled: string }
  /** Measured once, and not compared by a case so far. */
  | { readonly open: string };

const oneProcess = "it is about the build of Envoy, the same for every module";
const notConfigured =
  "the judge's configuration leaves it out so that runs are reproducible, and the simulator has no option for it";

/** Every rule of section 12 and of appendices D, E and F of docs/abi.md, and of docs/reliability.md (R), by the ids of abi-rules.ts. */
export const rules: Readonly<Record<string, Coverage>> = {
  "12.1": ["maps/default", "properties/default"],
  "12.2": ["maps/default", "chains/two-vms", "connections/ends"],
  "12.3": ["hold/not-allowed", "hold/allowed"],
  "12.4": ["bodies/default"],
  "12.5": ["bodies/default"],
  "12.6": ["bodies/default"],
  "12.7": ["maps/default", "headers/default"],
  "12.8": ["headers/default"],
  "12.9": ["maps/default"],
  "12.10": ["headers/default", "callouts/default"],
  "12.11": ["callouts/default"],
  "12.12": ["callouts/default", "ticks/default", "queues/one-vm", "grpc/default"],
  "12.13": ["replies/default"],
  "12.14": ["replies/default"],
  "12.15": ["resume/default", "resume/crash-get-request-headers-1-c1", "resume/crash-post-request-body-1-c1"],
  "12.16": ["traps/request-headers", "traps/response-body", "failures/FAIL_RELOAD/p-reqh"],
  "12.17": ["updates/configuration", "maps/default"],
  "12.18": ["services/struct"],
  "12.19": ["properties/default"],
  "12.20": ["properties/default"],
  "12.21": ["queues/one-vm", "services/default"],
  "12.22": ["system/default", "modules/initialize-calls"],
  "12.23": ["bodies/default", "maps/default"],
  "12.24": ["headers/default", "properties/default"],
  "12.25": ["statuses/default"],
  "12.26": ["headers/default"],
  "12.27": ["hold/allowed", "replies/default"],
  "12.28": ["maps/default"],
  "12.29": ["bodies/small-buffer", "limits/http1", "limits/http2", "peers/http2-shapes"],
  "12.30": ["peers/timeout/route", "peers/timeout/stream-idle"],
  "12.31": ["modules/no-marker", "modules/no-malloc", "modules/old-import", "modules/signatures"],

  "D.1": { notObservable: oneProcess },
  "D.2": ["maps/default", "start/configure-refuses", "start/start-refuses"],
  "D.3": ["services/struct", "services/octets"],
  "D.4": ["properties/default"],
  "D.5": ["access-logger/alone", "maps/default"],
  "D.6": ["callouts/default", "grpc/default"],
  "D.7": ["callouts/default"],
  "D.8": ["callouts/default"],
  "D.9": ["grpc/default"],
  "D.10": ["hold/not-allowed", "hold/allowed"],
  "D.11": ["bodies/default"],
  "D.12": ["bodies/default"],
  "D.13": ["bodies/default", "maps/default"],
  "D.14": ["headers/default"],
  "D.15": ["replies/default"],
  "D.16": ["traps/request-headers", "traps/response-body"],
  "D.17": ["modules/abi-0-1-0-with-end", "modules/import-type"],
  "D.18": ["hello/unknown-root-id", "hello/empty-root-id/greeting"],
  "D.19": ["maps/default", "wire/default"],
  "D.20": {
    cases: ["callouts/late"],
    without:
      "a length that no body follows: the judge's clusters speak HTTP/2, over which the callout is answered",
  },
  "D.21": ["peers/routes", "system/default"],
  "D.22": ["services/default"],
  "D.23": {
    racy: "whether the upstream sees a request that was continued and then rejected is decided by the pool; the judge warms it, and then it always does (F.5)",
  },

  ...eachOf("E.1 row", 1, 8, ["grpc/default"]),
  "E.1 row 9": ["grpc/default"],
  ...eachOf("E.1 row", 10, 13, ["grpc/default"]),
  ...eachOf("E.1 item", 1, 12, ["grpc/default"]),

  ...eachOf("E.2 item", 1, 3, ["access-logger/alone", "access-logger/with-a-quiet-chain"]),
  "E.2 item 4": ["access-logger/alone"],
  "E.2 item 5": ["access-logger/turned-to"],
  "E.2 item 6": ["access-logger/with-a-quiet-chain"],
  "E.2 item 7": ["access-logger/traps"],

  "E.3 item 1": ["queues/one-vm", "queues/drained"],
  "E.3 item 2": ["queues/two-vms"],
  "E.3 item 3": ["queues/singleton-consumer"],
  "E.3 item 4": ["queues/two-roots"],
  "E.3 item 5": ["queues/registrant-traps"],
  "E.3 item 6": {
    racy: "two workers race for a number; that nothing is lost was measured, and one worker's cases compare the numbers",
  },
  "E.3 item 7": ["ticks/from-configure"],
  "E.3 item 8": ["ticks/default"],

  "E.4 item 1": ["capabilities/everything"],
  "E.4 item 2": ["capabilities/everything", "capabilities/one-callback"],
  "E.4 item 3": ["capabilities/one-callback", "capabilities/log-and-callback", "capabilities/wasi"],
  "E.4 item 4": ["capabilities/one-callback", "capabilities/no-callback"],
  "E.4 item 5": ["capabilities/one-callback"],

  "E.5 row 1": ["traps/request-headers"],
  "E.5 row 2": ["traps/stack"],
  "E.5 row 3": ["traps/memory"],
  "E.5 row 4": ["traps/divide"],
  "E.5 row 5": ["traps/overflow"],
  "E.5 row 6": ["traps/table"],
  "E.5 row 7": ["traps/grows/unbounded", "traps/grows/to-a-larger-maximum"],
  "E.5 item 1": { notObservable: "it is about AssemblyScript's allocator: the trap is that of row 1" },
  "E.5 item 2": ["modules/traps-with-names", "modules/traps-deeply", "modules/traps-deeper-with-names"],
  "E.5 item 3": [
    "ticks/dies-held/FAIL_CLOSED",
    "ticks/dies-held/FAIL_OPEN",
    "ticks/dies-held/FAIL_RELOAD",
    "ticks/dies-waiting/FAIL_CLOSED",
    "ticks/dies-waiting/FAIL_OPEN",
    "ticks/dies-waiting/FAIL_RELOAD",
  ],
  "E.5 item 4": [
    "failures/FAIL_OPEN/p-reqh",
    "failures/FAIL_OPEN/p-reqb",
    "failures/FAIL_OPEN/p-resh",
    "failures/FAIL_OPEN/p-resb",
    "failures/FAIL_OPEN/p-log",
  ],
  "E.5 item 5": ["chains/second-traps", "chains/first-traps", "chains/second-traps-in-response"],
  "E.5 item 6": ["chains/one-vm-traps"],
  "E.5 item 7": ["failures/FAIL_RELOAD/p-reqh"],
  "E.5 item 8": ["failures/FAIL_RELOAD/p-reqh"],
  "E.5 item 9": ["failures/FAIL_RELOAD/p-reqh", "failures/one-vm/both-reload"],

  "E.6 item 1": ["chains/two-vms", "chains/one-vm"],
  "E.6 item 2": ["chains/two-vms", "chains/one-vm"],
  "E.6 item 3": ["chains/two-vms", "chains/one-vm"],
  "E.6 item 4": ["chains/one-vm", "chains/other-context"],
  "E.6 item 5": ["chains/two-vms"],
  "E.6 item 6": ["chains/the-same-twice", "chains/only-the-name-differs"],

  ...eachOf("E.7 item", 1, 2, { unmodelled: "connectionManager.allowMetadata" }),
  ...eachOf("E.8 item", 1, 2, ["peers/http2-shapes", "peers/http2-orders"]),
  "E.8 item 3": ["bodies/default"],
  "E.8 item 4": ["wire/default"],
  "E.8 item 5": ["replies/default", "wire/default"],
  "E.8 item 6": ["peers/http1-odd", "peers/interim", "peers/interim-passed-on"],
  "E.8 item 7": ["peers/upgrades"],
  "E.8 item 8": ["peers/http1-orders", "peers/http2-orders"],
  "E.8 item 9": {
    cases: ["peers/http1-odd"],
    without: "HTTP/1.0 and pipelined requests, which no recording has",
  },

  "E.9 item 1": ["ticks/default", "callouts/default"],
  "E.9 item 2": ["ticks/small-buffer"],
  "E.9 item 3": ["ticks/default", "callouts/default"],
  "E.9 item 4": ["ticks/late"],
  "E.9 item 5": ["ticks/late"],
  "E.9 item 6": ["hold/allowed", "hold/small-buffer"],

  ...eachOf("E.10 row", 1, 8, ["resume/default"]),
  "E.10 row 9": [
    "resume/crash-get-request-headers-1-c1",
    "resume/crash-post-request-body-1-c1",
    "resume/crash-get-response-trailers-0-x1",
  ],
  "E.10 row 10": { notObservable: "it is advice that follows from the rows above" },

  "E.11 item 1": ["updates/configuration"],
  "E.11 item 2": ["updates/configuration", "updates/code"],
  "E.11 item 3": ["updates/configuration"],
  "E.11 item 4": ["updates/configuration"],
  "E.11 item 5": ["updates/deferred", "updates/deferred-at-the-end"],
  "E.11 item 6": ["updates/configuration"],

  "F.1 row 1": ["wire/default"],
  "F.1 row 2": ["peers/http1-odd"],
  "F.1 row 3": ["peers/http2-shapes"],
  "F.1 row 4": ["wire/default"],
  "F.1 row 5": ["wire/default"],
  "F.1 row 6": ["maps/default", "bodies/default"],
  "F.1 row 7": ["peers/http2-shapes"],
  "F.1 row 8": ["wire/default"],
  "F.1 row 9": ["headers/default", "wire/default"],
  "F.1 row 10": ["wire/default"],
  "F.1 row 11": ["wire/default"],
  "F.1 row 12": ["wire/default"],
  "F.1 row 13": ["peers/http1-odd"],
  "F.1 row 14": ["callouts/default"],
  "F.1 row 15": {
    racy: "the time an upstream took is real; the number of headers is compared, the value is not read",
  },
  ...eachOf("F.1 row", 16, 19, ["replies/default"]),
  "F.1 row 20": ["peers/http2-replies"],
  ...eachOf("F.1 row", 21, 24, ["peers/routes"]),
  "F.1 row 25": ["peers/routes", "peers/http2-orders"],
  "F.1 row 26": ["peers/routes"],
  "F.1 row 27": ["bodies/small-buffer", "hold/small-buffer"],
  ...eachOf("F.1 row", 28, 30, ["peers/http1-odd"]),
  "F.1 row 31": ["wire/default"],
  "F.1 row 32": ["wire/default"],
  "F.1 row 33": ["maps/default"],
  "F.1 row 34": ["maps/default"],
  "F.1 row 35": ["maps/default"],
  "F.1 row 36": {
    racy: "the address is that of an interface of the machine that runs Envoy, so no case compares it",
  },
  ...eachOf("F.1 row", 37, 38, { notObservable: notConfigured }),
  "F.1 row 39": ["replies/default"],
  "F.1 row 40": { notObservable: notConfigured },

  "F.2 row 1": ["bodies/default"],
  "F.2 row 2": ["bodies/default"],
  "F.2 row 3": { racy: "Envoy reads a MiB in another way from run to run; no case sends so much at once" },
  "F.2 row 4": ["bodies/default"],
  "F.2 row 5": { notObservable: "chunks that are written together are one piece of a recording: row 4" },
  "F.2 row 6": ["bodies/default"],
  "F.2 row 7": ["peers/http2-shapes"],
  "F.2 row 8": {
    notObservable: "it is about the window of one client: in a recording its pieces are what it sent",
  },
  "F.2 row 9": ["peers/http2-shapes"],
  "F.2 row 10": ["bodies/small-buffer"],
  "F.2 row 11": ["bodies/default"],
  "F.2 row 12": { racy: "Envoy reads a MiB in another way from run to run; no case sends so much at once" },
  "F.2 row 13": ["peers/http2-shapes"],

  "F.3 row 1": ["bodies/default", "headers/default"],
  "F.3 row 2": { unmodelled: "connectionManager.enableTrailers is one option for both sides" },
  "F.3 row 3": ["peers/options/no-trailers"],
  "F.3 row 4": ["bodies/default"],
  "F.3 row 5": ["peers/http2-to-http1", "peers/http2-shapes"],
  "F.3 row 6": ["replies/default"],
  "F.3 row 7": ["replies/default"],

  "F.4 item 1": ["bodies/small-buffer"],
  "F.4 item 2": ["bodies/small-buffer", "hold/small-buffer"],
  "F.4 item 3": ["limits/http2"],
  "F.4 item 4": ["limits/http1", "limits/http2"],
  "F.4 item 5": ["bodies/default"],
  "F.4 item 6": ["ticks/small-buffer"],
  ...eachOf("F.4 row", 1, 5, ["limits/http1", "limits/http2"]),

  "F.5 row 1": ["replies/default"],
  ...eachOf("F.5 row", 2, 3, {
    racy: "a cold pool decides it by which packet comes first; the judge warms the pool",
  }),
  "F.5 row 4": ["replies/default"],
  "F.5 row 5": ["hold/allowed"],
  "F.5 row 6": ["ticks/late"],
  "F.5 row 7": ["ticks/default"],
  "F.5 row 8": ["hold/allowed", "hold/not-allowed"],
  "F.5 row 9": ["hold/allowed", "hold/not-allowed"],
  "F.5 row 10": ["hold/allowed", "hold/not-allowed"],
  ...eachOf("F.5 item", 1, 2, ["hold/allowed"]),
  "F.5 item 3": ["callouts/late"],
  "F.5 item 4": { notObservable: "it says that nothing was found" },

  ...eachOf("F.6 item", 1, 3, ["maps/default", "headers/default"]),
  "F.6 row 1": ["headers/default"],
  "F.6 row 2": ["headers/default", "bodies/default", "queues/one-vm"],
  "F.6 row 3": ["properties/default"],
  "F.6 row 4": ["statuses/default", "callouts/default", "queues/one-vm"],

  "F.7 item 1": ["maps/default"],
  "F.7 item 2": ["services/default"],
  "F.7 item 3": ["system/default"],
  "F.7 item 4": ["traps/request-headers", "modules/malloc-fails", "modules/malloc-calls"],
  "F.7 item 5": ["capabilities/one-callback"],
  "F.7 item 6": ["services/default"],
  "F.7 item 7": { notObservable: "the judge sets a format of its own" },
  "F.7 item 8": ["maps/default"],
  "F.7 item 9": ["updates/deferred-at-the-end", "traps/request-headers"],

  ...eachOf("F.8 row", 1, 6, ["updates/extension"]),
  ...eachOf("F.8 row", 7, 8, {
    notObservable: "it is about files that are no configuration: no module hears of them",
  }),
  "F.8 item 1": ["updates/extension"],
  "F.8 item 2": { open: "a real Envoy replays one stream at a time: none is held while an update comes" },
  "F.8 item 3": {
    cases: ["updates/extension-refused-first"],
    without: "default_config, for which the simulator has no option",
  },
  "F.9 row 1": ["connections/FAIL_CLOSED/first-traps", "connections/FAIL_CLOSED/second-traps"],
  "F.9 row 2": ["connections/FAIL_CLOSED/first-traps", "connections/FAIL_OPEN/first-traps"],
  "F.9 row 3": [
    "ticks/connection-dies/FAIL_CLOSED",
    "ticks/connection-dies/FAIL_OPEN",
    "ticks/connection-dies/FAIL_RELOAD",
  ],
  "F.9 row 4": [
    "connections/FAIL_CLOSED/first-traps",
    "connections/FAIL_OPEN/first-traps",
    "connections/FAIL_RELOAD/first-traps",
  ],
  "F.9 row 5": [
    "connections/FAIL_CLOSED/traps-at-once",
    "connections/FAIL_OPEN/traps-at-once",
    "connections/FAIL_RELOAD/traps-at-once",
  ],
  "F.10 row 1": ["peers/timeout/stream-idle", "peers/timeout/stream-idle-http2", "peers/timeout/route-idle"],
  "F.10 row 2": ["peers/timeout/request"],
  "F.10 row 3": ["peers/timeout/max-stream-duration"],
  "F.10 row 4": ["peers/timeout/route"],
  "F.10 row 5": ["peers/timeout/per-try"],
  "F.10 row 6": { unmodelled: "in a recording the headers of a request come at once" },
  "F.10 item 1": ["peers/timeout/stream-idle", "peers/timeout/request", "peers/timeout/route"],
  "F.10 item 2": ["peers/timeout/route"],
  "F.10 item 3": ["ticks/dies-held/FAIL_CLOSED"],

  "R.1": { hostile: ["not-utf8", "other-header"], cases: ["headers/default", "peers/http2-shapes"] },
  "R.2": { hostile: ["empty-value", "wrong-phase-get"], cases: ["maps/default"] },
  "R.3": {
    hostile: ["everywhere", "wrong-phase-get", "wrong-phase-set", "wrong-phase-body"],
    cases: ["maps/default"],
  },
  "R.4": { hostile: ["abort-callout"], cases: ["callouts/default"] },
  "R.5": { hostile: ["callout-reset"], cases: ["callouts/default"] },
  "R.6": { hostile: ["trailers"], cases: ["bodies/default"] },
  "R.7": { hostile: ["empty-body"], cases: ["peers/http2-shapes", "hold/allowed"] },
  "R.8": { hostile: ["json-not", "json-deep", "json-values", "json-null", "json-form-feed"], cases: [] },
  "R.9": { hostile: ["configuration"], cases: ["start/configure-refuses", "services/struct"] },
  "R.10": { hostile: ["bad-update", "good-update"], cases: ["updates/configuration"] },
  "R.11": { hostile: ["empty-path", "log-after-abort"], cases: ["properties/default", "peers/http1-orders"] },
  "R.12": { hostile: ["counter-read", "metric-misuse"], cases: ["services/default"] },
  "R.13": { hostile: ["foreign-function"], cases: ["statuses/default"] },
  "R.14": { hostile: ["body-range"], cases: ["bodies/default"] },
  "R.15": {
    hostile: ["header-injection", "reply-status", "reply-late"],
    cases: ["headers/default", "replies/default"],
  },
  "R.16": { hostile: ["callout-memory"], cases: [] },
  "R.17": { hostile: ["load"], cases: [] },
};

/** The same for several that stand one after the other. */
function eachOf(kind: string, first: number, last: number, coverage: Coverage): Record<string, Coverage> {
  const ids = Array.from({ length: last - first + 1 }, (_, index) => `${kind} ${first + index}`);
  return Object.fromEntries(ids.map((id) => [id, coverage]));
}
