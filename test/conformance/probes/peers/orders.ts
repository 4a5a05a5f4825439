import type { RecordedStream, StreamStep } from "as-proxy-wasm-sim";

import { type MessageParts, stream, type StreamParts } from "../streams.js";

const request = "request";
const response = "response";
const clientLeaves: StreamStep = { reset: "client" };
const upstreamBreaks: StreamStep = { reset: "upstream" };

const two: MessageParts = { body: ["Hello ", "World!"] };
const trailers = [["x-checksum", "abc"]] as const;

/** Who breaks off when, who answers before the request is over. */
export function orders(protocol: RecordedStream["protocol"]): RecordedStream[] {
  const ordered = (id: string, order: readonly StreamStep[], parts: StreamParts = {}) =>
    stream(id, { protocol, ...two, response: two, order, ...parts });
  const told = (order: string) => ({ headers: [["x-do", order]] as const });
  return [
    ordered("client-leaves-after-headers", [request, clientLeaves]),
    ordered("client-leaves-in-body", [request, request, clientLeaves]),
    ordered("client-leaves-after-request", [request, request, request, clientLeaves]),
    ordered("client-leaves-after-response-headers", [request, request, request, response, clientLeaves]),
    ordered("client-leaves-in-response-body", [request, request, request, response, response, clientLeaves]),
    ordered(
      "client-leaves-before-trailers",
      [request, request, request, response, response, response, clientLeaves],
      {
        response: { ...two, trailers },
      },
    ),
    // Over HTTP/1.1 too the trailers come apart where they have a step of their own.
    ordered(
      "client-leaves-before-the-end",
      [request, request, request, response, response, response, clientLeaves, response],
      {
        response: { ...two, trailers },
      },
    ),
    ordered("client-leaves-held-request", [request, request, clientLeaves], told("hold-request-body")),
    ordered("client-leaves-held-headers", [request, request, clientLeaves], told("hold-request-headers")),
    ordered(
      "client-leaves-held-response",
      [request, request, request, response, clientLeaves],
      told("hold-response-headers"),
    ),
    ordered("upstream-breaks-after-headers", [request, upstreamBreaks]),
    ordered("upstream-breaks-in-request-body", [request, request, upstreamBreaks]),
    ordered("upstream-breaks-after-request", [request, request, request, upstreamBreaks]),
    ordered("upstream-breaks-get", [request, upstreamBreaks], { body: [] }),
    ordered("upstream-breaks-after-response-headers", [request, request, request, response, upstreamBreaks]),
    ordered("upstream-breaks-in-response-body", [
      request,
      request,
      request,
      response,
      response,
      upstreamBreaks,
    ]),
    ordered(
      "upstream-breaks-before-trailers",
      [request, request, request, response, response, response, upstreamBreaks],
      { response: { ...two, trailers } },
    ),
    ordered(
      "upstream-breaks-held-response",
      [request, request, request, response, upstreamBreaks],
      told("hold-response-headers"),
    ),
    ordered(
      "upstream-breaks-held-response-body",
      [request, request, request, response, response, upstreamBreaks],
      told("hold-response-body"),
    ),
    ordered("upstream-breaks-held-request", [request, request, upstreamBreaks], told("hold-request-body")),
    ordered("early-headers", [request, response]),
    ordered("early-headers-in-body", [request, request, response, request, response]),
    ordered("early-response", [request, response, response, response]),
    ordered("early-response-in-body", [request, request, response, response, response]),
    ordered("early-response-without-body", [request, response], {
      response: { headers: [["content-length", "0"]] },
    }),
    ordered("early-response-to-trailers", [request, request, request, response, response, response], {
      trailers,
    }),
    ordered(
      "early-response-while-held",
      [request, request, response, response, response],
      told("hold-request-body"),
    ),
    ordered("early-trailers", [request, response, response, response, response], {
      response: { ...two, trailers },
    }),
    ordered("waits", [
      request,
      { wait: 30 },
      request,
      { wait: 30 },
      request,
      response,
      { wait: 30 },
      response,
    ]),
    ordered("reply-early-headers", [request, response, request], told("reply-request-body-end")),
    ordered("get-in-pieces", [request, response, response, { wait: 10 }, response], { body: [] }),
  ];
}
