import type { RecordedStream } from "as-proxy-wasm-sim";

import { sized, stream } from "../streams.js";

/** The answer's end is that of its connection. */
function untilClose(recorded: RecordedStream): RecordedStream {
  const { response } = recorded;
  if (response === null) return recorded;
  return {
    ...recorded,
    response: { ...response, headers: response.headers.filter(([name]) => name !== "transfer-encoding") },
  };
}

/** Requests that Envoy refuses by itself, and messages in forms that are rare (abi.md E.8, F.1). */
export const refused = [
  stream("absolute-uri", {
    head: [
      [":authority", "probe.test"],
      [":path", "http://absolute.test/page?a=1"],
      [":method", "GET"],
      [":scheme", "http"],
    ],
    response: sized("answer"),
  }),
  untilClose(stream("answer-until-close", { response: { body: ["Hello"] } })),
  untilClose(stream("answer-in-pieces-until-close", { response: { body: ["Hello ", "World!"] } })),
  stream("large-headers", { headers: [["x-large", "a".repeat(61 * 1024)]] }),
  stream("large-headers-with-body", { headers: [["x-large", "a".repeat(61 * 1024)]], ...sized("abc") }),
  stream("many-headers", {
    headers: Array.from({ length: 120 }, (_, index) => [`x-${index}`, "1"] as const),
  }),
  stream("length-and-chunked", {
    headers: [
      ["content-length", "3"],
      ["transfer-encoding", "chunked"],
    ],
    body: ["abc"],
  }),
  stream("no-host", {
    head: [
      [":path", "/no-host"],
      [":method", "GET"],
      [":scheme", "http"],
    ],
  }),
  stream("expect-continue", {
    headers: [
      ["expect", "100-continue"],
      ["content-length", "3"],
    ],
    body: ["abc"],
  }),
  stream("expect-continue-held", {
    headers: [
      ["expect", "100-continue"],
      ["x-do", "hold-request-headers"],
      ["content-length", "3"],
    ],
    body: ["abc"],
  }),
  stream("upgrade", {
    headers: [
      ["connection", "upgrade"],
      ["upgrade", "websocket"],
    ],
  }),
  stream("connect", { method: "CONNECT", path: "probe.test:80" }),
  stream("answer-with-many-headers", {
    response: {
      ...sized("answer"),
      headers: [
        ["content-length", "6"],
        ...Array.from({ length: 120 }, (_, index) => [`x-${index}`, "1"] as const),
      ],
    },
  }),
  stream("answer-with-large-headers", {
    response: {
      ...sized("answer"),
      headers: [
        ["content-length", "6"],
        ["x-large", "a".repeat(61 * 1024)],
      ],
    },
  }),
  stream("204-with-length-0", { response: { status: 204, headers: [["content-length", "0"]] } }),
  stream("204-with-length", { response: { status: 204, headers: [["content-length", "5"]] } }),
  stream("204-in-chunks", { response: { status: 204, headers: [["transfer-encoding", "chunked"]] } }),
  stream("304-with-length", { response: { status: 304, headers: [["content-length", "5"]] } }),
  stream("304-in-chunks", { response: { status: 304, headers: [["transfer-encoding", "chunked"]] } }),
  stream("after-all-these", { response: sized("answer") }),
];
