import type { Probe } from "../probe.js";
import { sized, stream } from "../streams.js";

export const probe: Probe = {
  alsoOverHttp2: ["default"],
  configurations: { default: {}, "to-http2": { upstreamProtocol: "HTTP/2" } },
  streams: [
    stream("plain"),
    stream("hop-by-hop-request", {
      headers: [
        ["connection", "keep-alive, x-nominated"],
        ["keep-alive", "timeout=5"],
        ["proxy-connection", "keep-alive"],
        ["te", "gzip"],
        ["x-nominated", "1"],
        ["x-kept", "1"],
      ],
    }),
    stream("te-trailers", { headers: [["te", "trailers"]] }),
    stream("envoys-own", {
      headers: [
        ["x-envoy-internal", "true"],
        ["x-envoy-max-retries", "3"],
        ["x-envoy-retry-on", "5xx"],
        ["x-envoy-foo", "kept"],
      ],
    }),
    stream("forwarded", {
      headers: [
        ["x-forwarded-for", "10.0.0.1"],
        ["x-forwarded-proto", "https"],
        ["x-request-id", "given"],
      ],
    }),
    stream("hop-by-hop-response", {
      response: {
        ...sized("answer"),
        headers: [
          ["connection", "keep-alive, x-nominated"],
          ["keep-alive", "timeout=5"],
          ["x-nominated", "1"],
          ["server", "upstream"],
          ["content-length", "6"],
        ],
      },
    }),
    stream("status-299", { response: { status: 299 } }),
    stream("head", { method: "HEAD", response: { headers: [["content-length", "9"]] } }),
    stream("status-204", { response: { status: 204 } }),
    stream("status-304", { response: { status: 304 } }),
    stream("compressed", {
      response: {
        ...sized("\x1f\x8b\x08 as it is"),
        headers: [
          ["content-encoding", "gzip"],
          ["content-length", "12"],
        ],
      },
    }),
    stream("fragment", { path: "/path#fragment" }),
    stream("options-asterisk", { method: "OPTIONS", path: "*" }),
  ],
};
