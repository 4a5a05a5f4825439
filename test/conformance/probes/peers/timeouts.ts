import type { StreamStep, VirtualHost } from "as-proxy-wasm-sim";

import { type MessageParts, overHttp2, sized, stream, type StreamParts } from "../streams.js";
import type { ProbeConfiguration } from "../probe.js";

/** Long enough that a busy machine does the rest of a stream meanwhile. */
const timeoutMs = 300;
const past: StreamStep = { wait: 2 * timeoutMs };

const body: MessageParts = { body: ["Hello ", "World!"] };

/** Everything that can be going on when a timer runs out (the columns of abi.md F.10). */
function phases(path: string) {
  const phase = (id: string, parts: StreamParts) => stream(id, { path, ...parts });
  const told = (order: string) => ({ headers: [["x-do", order]] as const });
  return [
    phase("nothing-runs-out", { response: sized("in time") }),
    phase("request-headers-held", { ...told("hold-request-headers"), response: null }),
    phase("request-body-held", { ...told("hold-request-body"), ...body, response: null }),
    phase("upstream-silent", { response: null }),
    phase("upstream-silent-post", { ...body, response: null }),
    phase("request-incomplete", { ...body, order: ["request", "request", past], response: null }),
    phase("response-headers-held", { ...told("hold-response-headers"), response: sized("held") }),
    phase("response-body-held", { ...told("hold-response-body"), response: { body: ["a", "b"] } }),
    phase("response-slow", {
      response: { body: ["a", "b"] },
      order: ["request", "response", "response", past],
    }),
  ];
}

const streams = phases("/");
/** An upstream that never answers and a body that stops are cut with RST_STREAM. */
const http2 = streams.map(overHttp2);
const routes = (route: Omit<NonNullable<VirtualHost["routes"][number]["route"]>, "cluster">) => [
  { routes: [{ name: "timed", match: { prefix: "/" }, route: { cluster: "upstream", ...route } }] },
];
/** Each of Envoy's timers against each phase. */
export const timeouts: Readonly<Record<string, ProbeConfiguration>> = {
  "timeout/stream-idle": { connectionManager: { streamIdleTimeoutMs: timeoutMs }, streams },
  "timeout/request": { connectionManager: { requestTimeoutMs: timeoutMs }, streams },
  "timeout/max-stream-duration": { connectionManager: { maxStreamDurationMs: timeoutMs }, streams },
  "timeout/route": { virtualHosts: routes({ timeoutMs }), streams },
  "timeout/route-idle": { virtualHosts: routes({ idleTimeoutMs: timeoutMs }), streams },
  "timeout/stream-idle-http2": {
    connectionManager: { streamIdleTimeoutMs: timeoutMs },
    upstreamProtocol: "HTTP/2",
    streams: http2,
  },
  "timeout/per-try": { virtualHosts: routes({ perTryTimeoutMs: timeoutMs }), streams },
};
