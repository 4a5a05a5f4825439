import { expect, it } from "vitest";

import { messageOfFrames } from "./message.js";

it("takes headers, data and trailers out of frames, and leaves what comes before the response", () => {
  const bytes = Buffer.from("ab");
  const message = messageOfFrames([
    { type: "HEADERS", fields: [[":status", "103"]], endStream: false },
    { type: "HEADERS", fields: [[":status", "200"]], endStream: false },
    { type: "DATA", bytes, endStream: false },
    { type: "DATA", bytes: new Uint8Array(), endStream: false },
    { type: "HEADERS", fields: [["x-sum", "1"]], endStream: true },
  ]);
  expect(message).toEqual({
    headers: [[":status", "200"]],
    body: { kind: "recorded", chunks: [bytes] },
    trailers: [["x-sum", "1"]],
  });
  expect(messageOfFrames([{ type: "RST_STREAM", code: 2 }])).toBeNull();
});
