import type { Probe } from "../probe.js";
import { type MessageParts, sized, stream } from "../streams.js";

const told = (order: string, parts: MessageParts): MessageParts => ({
  ...parts,
  headers: [["x-do", order], ...(parts.headers ?? [])],
});
const chunks: MessageParts = { body: ["Hello ", "World!"] };
const trailers = [["x-checksum", "abc"]] as const;

const streams = [
  stream("get", { headers: [["x-do", "release"]] }),
  ...["release", "reject", "early", "drop"].flatMap((order) => [
    stream(`request-${order}`, told(order, chunks)),
    stream(`request-${order}-sized`, told(order, sized("some bytes"))),
    stream(`request-${order}-trailers`, told(order, { ...chunks, trailers })),
    stream(`response-${order}`, { response: told(order, chunks) }),
    stream(`response-${order}-sized`, { response: told(order, sized("some bytes")) }),
    stream(`response-${order}-trailers`, { response: told(order, { ...chunks, trailers }) }),
  ]),
  stream("empty", told("release", { headers: [["transfer-encoding", "chunked"]] })),
  ...["2", "3", "4", "5", "-1"].map((value) =>
    stream(`return-${value}`, { headers: [["x-return", value]], ...{ body: ["abc"] } }),
  ),
  stream("return-1-without-body", { headers: [["x-return", "1"]] }),
  stream("response-return-2", { response: { headers: [["x-return", "2"]], body: ["abc"] } }),
];

export const probe: Probe = {
  alsoOverHttp2: ["allowed", "not-allowed", "small-buffer"],
  configurations: {
    allowed: { allowOnHeadersStopIteration: true },
    "not-allowed": {
      streams: streams.filter(({ id }) =>
        ["get", "request-release", "response-release-sized", "return-2"].includes(id),
      ),
    },
    "small-buffer": {
      allowOnHeadersStopIteration: true,
      perConnectionBufferLimitBytes: 32_768,
      streams: [
        stream("request-over-limit", told("release", { body: [20_000, 20_000] })),
        stream("response-over-limit", { response: told("release", { body: [20_000, 20_000] }) }),
      ],
    },
  },
  streams,
};
