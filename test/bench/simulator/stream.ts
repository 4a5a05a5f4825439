import { request, type RecordedStream } from "as-proxy-wasm-sim";

/** The request of W2 and an answer with a body, as somebody would record them. */
export const recordedStream: RecordedStream = request(
  {
    path: "/echo",
    headers: {
      "user-agent": "bench/1.0",
      accept: "*/*",
      "x-user": "ada",
      "x-tenant": "analytical",
      "x-internal": "yes",
    },
  },
  { headers: { "content-type": "text/plain", server: "bench" }, body: "hello" },
);

/** What W2 makes of it. */
export const madeByFilter = {
  request: ["x-caller", "analytical/ada"],
  response: ["x-filter", "bench"],
} as const;
