import { Random } from "../random.js";
import type { RecordedMessage, RecordedStream } from "./recorded-stream.js";

/** How bodies are cut: into pieces of so many bytes, not at all, after every line feed, or anywhere. */
export type Chunking = number | "whole" | "lines" | "random";

/**
 * Cuts the bodies of streams anew; of recordings that lack the chunks in which bodies arrived (HAR, buffered taps) any cut is as good.
 * A stream whose order is recorded keeps its chunks. The same seed cuts in the same places.
 */
export function rechunked(chunking: Chunking, seed = 0): (stream: RecordedStream) => RecordedStream {
  const random = new Random(seed);
  const message = (recorded: RecordedMessage): RecordedMessage => {
    if (recorded.body.kind === "missing" || recorded.body.chunks.length === 0) return recorded;
    const whole = new Uint8Array(Buffer.concat(recorded.body.chunks));
    const chunks = [...cuts(whole, chunking, random)].filter((chunk) => chunk.length > 0);
    return { ...recorded, body: { kind: "recorded", chunks } };
  };
  return (stream) => {
    if (stream.order !== undefined) return stream;
    return {
      ...stream,
      request: message(stream.request),
      response: stream.response && message(stream.response),
    };
  };
}

const LINE_FEED = 0x0a;

function* cuts(bytes: Uint8Array, chunking: Chunking, random: Random): Generator<Uint8Array> {
  let start = 0;
  while (start < bytes.length) {
    const end = start + length(bytes, start, chunking, random);
    yield bytes.subarray(start, end);
    start = end;
  }
}

/** From one byte to all that is left; small pieces are as likely as large ones. */
function length(bytes: Uint8Array, start: number, chunking: Chunking, random: Random): number {
  const left = bytes.length - start;
  if (typeof chunking === "number") return chunking;
  switch (chunking) {
    case "whole":
      return left;
    case "lines": {
      const lineFeed = bytes.indexOf(LINE_FEED, start);
      return lineFeed < 0 ? left : lineFeed + 1 - start;
    }
    case "random":
      return 1 + random.below(Math.min(left, 2 ** random.below(20)));
  }
}
