import { expect, test } from "vitest";
import { stream } from "../testing/streams.js";
import { asCallout } from "./as-callout.js";
import type { RecordedMessage, RecordedStream } from "./recorded-stream.js";

const recorded = (
  request: readonly (readonly [string, string])[],
  response: Partial<RecordedMessage>,
): RecordedStream => {
  const plain = stream();
  return {
    ...plain,
    request: { ...plain.request, headers: [...plain.request.headers, ...request] },
    response: {
      headers: [[":status", "200"]],
      body: { kind: "recorded", chunks: [] },
      trailers: null,
      ...response,
    },
  };
};

test("a recorded stream answers the same call, without what belonged to its connection", () => {
  const answered = recorded([], {
    headers: [
      [":status", "401"],
      ["x-why", "expired"],
      ["connection", "close"],
      ["transfer-encoding", "chunked"],
    ],
    body: { kind: "recorded", chunks: [Buffer.from("no "), Buffer.from("entry")] },
    trailers: [["x-sum", "1"]],
  });
  const timed: RecordedStream = {
    ...answered,
    order: ["request", { wait: 15 }, "response", { wait: 5 }, "response"],
  };
  expect(asCallout(timed, "authn")).toEqual({
    standing: {
      cluster: "authn",
      match: [
        [":method", "GET"],
        [":path", "/"],
      ],
      answer: {
        status: 401,
        headers: [["x-why", "expired"]],
        body: new Uint8Array(Buffer.from("no entry")),
        trailers: [["x-sum", "1"]],
        delayMs: 20,
      },
    },
  });
});

test("headers that tell calls apart are part of what it answers", () => {
  const answered = recorded([["x-token", "good"]], {});
  expect(asCallout(answered, "authn", ["x-token", "x-other"])?.standing).toMatchObject({
    match: [
      [":method", "GET"],
      [":path", "/"],
      ["x-token", "good"],
    ],
  });
});

test("of gRPC its messages and its status", () => {
  const frame = (text: string) => Buffer.concat([Buffer.from([0, 0, 0, 0, text.length]), Buffer.from(text)]);
  const call = [["content-type", "application/grpc+proto"]] as const;
  const answered = recorded(call, {
    headers: [
      [":status", "200"],
      ["content-type", "application/grpc"],
      ["x-first", "1"],
    ],
    body: { kind: "recorded", chunks: [Buffer.concat([frame("one"), frame("two")]), Buffer.from([0, 0, 0])] },
    trailers: [
      ["grpc-status", "8"],
      ["grpc-message", "50%25 over"],
      ["x-left", "0"],
    ],
  });
  expect(asCallout(answered, "quota")?.standing).toEqual({
    cluster: "quota",
    method: "/",
    answer: {
      grpcStatus: 8,
      statusMessage: "50% over",
      initialMetadata: [["x-first", "1"]],
      messages: [new Uint8Array(Buffer.from("one")), new Uint8Array(Buffer.from("two"))],
      trailingMetadata: [["x-left", "0"]],
    },
  });
  const refused = recorded(call, {
    headers: [
      [":status", "200"],
      ["grpc-status", "12"],
    ],
  });
  expect(asCallout(refused, "quota")?.standing.answer).toEqual({ grpcStatus: 12, messages: [] });
});

test("what has no answer, or not all of it, answers nothing", () => {
  expect(asCallout({ ...stream(), response: null }, "authn")).toBeNull();
  const body = { kind: "missing", size: 5, reason: "lost" } as const;
  expect(asCallout(recorded([], { body }), "authn")).toBeNull();
});
