import type { Probe } from "../probe.js";
import { type MessageParts, overHttp2, stream } from "../streams.js";

/** Envoy's limit, the filter's own, and pieces of a body between and beyond them. */
const envoys = 65_536;
const own = 20_000;

const limited = (limit: number, ...pieces: readonly number[]): MessageParts => ({
  headers: [["x-limit", String(limit)]],
  body: pieces,
});
const held = (parts: MessageParts): MessageParts => ({
  ...parts,
  headers: [...(parts.headers ?? []), ["x-hold", "1"]],
});
const growing = (growth: number, parts: MessageParts, ...more: readonly (readonly [string, string])[]) => ({
  ...parts,
  headers: [["x-grow", String(growth)], ...more] as const,
});

/** The rows of abi.md F.4, in both directions. */
const bodies: Readonly<Record<string, MessageParts>> = {
  below: limited(own, 10_000, 9_000),
  "first-above-own": limited(own, 30_000),
  "later-above-own": limited(own, 12_000, 12_000),
  // Something is left to send when the reply goes out, so that the request is incomplete from run to run.
  "later-above-envoys": limited(1_000_000, 40_000, 40_000, 5),
  "later-above-both": limited(50_000, 40_000, 40_000, 5),
};

const large: Readonly<Record<string, MessageParts>> = {
  "grown-while-held": growing(envoys, { body: ["abc", "def"] }),
  "grown-at-the-end": growing(envoys, { body: ["abc", "def"] }, ["x-grow-at", "end"]),
  "grown-when-passed": growing(envoys, { body: ["abc", "def"] }, ["x-way", "pass"]),
};

const streams = [
  ...Object.entries({ ...bodies, ...large }).flatMap(([id, parts]) => [
    stream(`request-${id}`, parts),
    stream(`response-${id}`, { response: parts }),
  ]),
  ...Object.entries(bodies).flatMap(([id, parts]) => [
    stream(`request-held-${id}`, held(parts)),
    stream(`response-held-${id}`, { response: held(parts) }),
  ]),
];

/** Filters with limits of their own beside Envoy's. */
export const probe: Probe = {
  configurations: {
    http1: { allowOnHeadersStopIteration: true, perConnectionBufferLimitBytes: envoys },
    // For a client of HTTP/2 the window is the limit, and the listener's counts for nothing.
    http2: {
      allowOnHeadersStopIteration: true,
      perConnectionBufferLimitBytes: 1_048_576,
      connectionManager: { initialStreamWindowSize: 65_535 },
      upstreamProtocol: "HTTP/2",
      streams: streams.map(overHttp2),
    },
  },
  streams,
};
