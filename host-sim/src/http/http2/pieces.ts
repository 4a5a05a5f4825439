import type { RecordedStream } from "../../recording/recorded-stream.js";
import { BodyBuffer } from "../body-buffer.js";
import type { Http2Frame } from "./frame.js";
import { frameSplit, requestFrames, responseFrames } from "./recorded-frames.js";

export interface PieceReceiver {
  frame(frame: Http2Frame): void;
  /** In place of the body that the recording lacks. */
  missing(data: BodyBuffer, endStream: boolean): void;
}

/** What one side sends, a function for each piece of the recorded message: its frames, as the peer decodes them. */
export function pieces(
  stream: RecordedStream,
  direction: "request" | "response",
  receiver: PieceReceiver,
): (() => void)[] {
  const body = stream[direction]?.body;
  const frames =
    direction === "request" ? requestFrames(stream, "without body") : responseFrames(stream, "without body");
  const send = (frame: Http2Frame) => () => {
    for (const part of frameSplit(frame)) receiver.frame(part);
  };
  if (body?.kind !== "missing") return frames.map(send);
  const [head, trailers] = frames;
  if (head === undefined || head.type !== "HEADERS") return [];
  return [
    send({ ...head, endStream: false }),
    () => receiver.missing(BodyBuffer.missing(body), trailers === undefined),
    ...(trailers === undefined ? [] : [send(trailers)]),
  ];
}
