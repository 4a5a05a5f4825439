import type { RecordedStream } from "../recording/recorded-stream.js";

/**
 * The end of a message travels with the last of its pieces, as peers send it, unless the order has a step of its own
 * for it.
 */
export function endsApart(stream: RecordedStream, direction: "request" | "response"): boolean {
  const body = stream[direction]?.body;
  if (stream.order === undefined || body?.kind !== "recorded") return false;
  const steps = stream.order.filter((step) => step === direction).length;
  return steps > 1 + body.chunks.length;
}
