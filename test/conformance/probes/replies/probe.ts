import type { Probe } from "../probe.js";
import { sized, stream, type StreamParts } from "../streams.js";

const phases = [
  "request-headers",
  "request-body",
  "request-trailers",
  "response-headers",
  "response-body",
  "response-trailers",
] as const;
const kinds = [
  "full",
  "bare",
  "twice",
  "typed",
  "lengthy",
  "spaced",
  "grpc",
  "status-204",
  "status-400",
  "status-413",
] as const;

const asked = (phase: string, kind: string, parts: StreamParts = {}): StreamParts => ({
  ...parts,
  headers: [["x-reply-in", phase], ["x-reply", kind], ...(parts.headers ?? [])],
});

const trailers = [["x-checksum", "abc"]] as const;
const both: StreamParts = {
  body: ["request body"],
  trailers,
  response: { body: ["response ", "body"], trailers },
};

export const probe: Probe = {
  alsoOverHttp2: ["default"],
  configurations: {
    default: {},
    // Ends Envoy 1.40 with a segmentation fault.
    "crash-late-twice": {
      streams: [stream("late-twice", asked("response-headers", "twice", { response: sized("body") }))],
    },
  },
  streams: [
    stream("none", both),
    ...phases.flatMap((phase) =>
      ["full", "bare", "closed"].map((kind) => stream(`${phase}-${kind}`, asked(phase, kind, both))),
    ),
    ...kinds.map((kind) => stream(`get-${kind}`, asked("request-headers", kind))),
    // Replying twice in the response phase ends Envoy 1.40 with a segmentation fault.
    ...kinds
      .filter((kind) => kind !== "twice")
      .map((kind) => stream(`late-${kind}`, asked("response-headers", kind, { response: sized("body") }))),
    stream("head", asked("request-headers", "full", { method: "HEAD" })),
    stream("post-sized", asked("request-headers", "full", sized("a body"))),
    stream("post-sized-in-body", asked("request-body", "full", sized("a body"))),
    stream(
      "head-late",
      asked("response-headers", "full", { method: "HEAD", response: { headers: [["content-length", "9"]] } }),
    ),
  ],
};
