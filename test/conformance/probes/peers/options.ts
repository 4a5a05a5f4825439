import type { ProbeConfiguration } from "../probe.js";
import { overHttp2, sized, stream } from "../streams.js";

const trailers = [["x-checksum", "abc"]] as const;

/** What the connection manager's options change of messages (abi.md E.8, F.1, F.3). */
const streams = [
  stream("get", { response: sized("answer") }),
  stream("forwarded", {
    headers: [
      ["x-forwarded-for", "10.0.0.1"],
      ["x-forwarded-proto", "https"],
      ["x-request-id", "given"],
    ],
    response: {
      ...sized("answer"),
      headers: [
        ["server", "upstream"],
        ["content-length", "6"],
      ],
    },
  }),
  stream("trailers", {
    body: ["abc"],
    trailers,
    response: { body: ["def"], trailers },
  }),
  stream("reply", { headers: [["x-do", "reply-request-headers"]] }),
];

export const options: Readonly<Record<string, ProbeConfiguration>> = {
  "options/no-trailers": { connectionManager: { enableTrailers: false }, streams },
  "options/no-trailers-http2": {
    connectionManager: { enableTrailers: false },
    upstreamProtocol: "HTTP/2",
    streams: streams.map(overHttp2),
  },
  "options/server": {
    connectionManager: { serverHeaderTransformation: "OVERWRITE", serverName: "edge", via: "edge-1" },
    streams,
  },
  "options/envoy-headers": {
    connectionManager: { suppressEnvoyHeaders: false },
    // How long the upstream took is real time: without responses nothing tells it.
    streams: [
      stream("silent", { response: null }),
      stream("reply", { headers: [["x-do", "reply-request-headers"]] }),
    ],
  },
};
