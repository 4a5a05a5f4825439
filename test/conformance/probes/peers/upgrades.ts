import type { RecordedStream, StreamStep } from "as-proxy-wasm-sim";

import { type AnswerParts, type MessageParts, sized, stream, type StreamParts } from "../streams.js";

const request = "request";
const response = "response";

const asking = [
  ["connection", "Upgrade"],
  ["upgrade", "websocket"],
] as const;

/** What flows in the tunnel is the body, as it is: no framing tells of it. */
const tunnel = (body: readonly string[]): MessageParts => ({ headers: asking, body });

/** Both sides speak, in turns, and the upstream closes. */
function upgraded(id: string, parts: StreamParts & { readonly told?: string } = {}): RecordedStream {
  const { told, ...rest } = parts;
  const headers = [...(rest.headers ?? asking), ...(told === undefined ? [] : [["x-do", told] as const])];
  const answer: AnswerParts = { status: 101, ...tunnel(["pong", "also"]) };
  const made = stream(id, { body: ["ping", "more"], response: answer, ...rest, method: "GET", headers });
  return {
    ...made,
    request: unframed(made.request),
    response: made.response && unframedAnswer(made.response),
  };
}

const unframed = (message: RecordedStream["request"]) => ({
  ...message,
  headers: message.headers.filter(([name]) => name !== "transfer-encoding"),
});

const unframedAnswer = (message: RecordedStream["request"]) =>
  message.headers.some(([name, value]) => name === ":status" && value === "101")
    ? unframed(message)
    : message;

const turns: readonly StreamStep[] = [request, response, request, response, request, response];

/** Connections that stop to be HTTP (abi.md E.8). */
export const upgrades = [
  upgraded("in-turns", { order: turns }),
  upgraded("without-order"),
  upgraded("client-leaves", { order: [request, response, request, response, { reset: "client" }] }),
  upgraded("upstream-breaks", { order: [request, response, request, response, { reset: "upstream" }] }),
  upgraded("data-before-the-answer", { order: [request, request, response, response, request, response] }),
  upgraded("refused-by-the-upstream", {
    body: [],
    order: [request, response, response],
    response: { status: 403, ...sized("no") },
  }),
  ...["websocket", "other"].flatMap((type) =>
    [
      { status: 200, body: ["some ", "body"] },
      { status: 200, ...sized("body") },
      { status: 204 },
      { status: 302, headers: [["location", "/there"] as const] },
      { status: 426, headers: asking },
      { status: 500, body: ["some ", "body"] },
    ].map((answer, index) =>
      upgraded(`${type}-answered-${answer.status}-${index}`, {
        headers: [
          ["connection", "upgrade"],
          ["upgrade", type],
        ],
        body: [],
        order: [request, response, response, response],
        response: answer,
      }),
    ),
  ),
  upgraded("never-answered", { order: [request, request, { reset: "client" }], response: null }),
  upgraded("other-words", {
    headers: [
      ["connection", "keep-alive, upgrade"],
      ["upgrade", "WebSocket"],
      ["sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="],
    ],
    order: turns,
  }),
  upgraded("another-type", {
    headers: [
      ["connection", "upgrade"],
      ["upgrade", "third"],
    ],
    order: [request],
  }),
  upgraded("length-0", { headers: [...asking, ["content-length", "0"]], order: turns }),
  upgraded("held-request-headers", { told: "hold-request-headers", order: [request, { reset: "client" }] }),
  upgraded("held-response-headers", {
    told: "hold-response-headers",
    order: [request, response, { reset: "client" }],
  }),
  upgraded("held-request-body", { told: "hold-request-body", order: [...turns, { reset: "client" }] }),
  upgraded("held-response-body", { told: "hold-response-body", order: [...turns, { reset: "client" }] }),
  upgraded("reply-request-headers", { told: "reply-request-headers", order: [request] }),
  upgraded("reply-request-body", { told: "reply-request-body", order: turns }),
  upgraded("reply-response-headers", { told: "reply-response-headers", order: [request, response] }),
  upgraded("reply-response-body", { told: "reply-response-body", order: turns }),
  upgraded("close-response-body", { told: "close-response-body", order: turns }),
  stream("not-asked-for", { response: { status: 101, headers: asking }, order: [request, response] }),
  stream("after-all-these", { response: sized("answer") }),
];
