import type { RecordedStream } from "../recording/recorded-stream.js";

/** Something that a filter should not do, with the smallest stream that shows it. */
export type Finding = DifferenceFinding | FailureFinding | GrowthFinding;

/** The same bytes in other pieces, or in another order, have another outcome. */
export interface DifferenceFinding {
  readonly kind: "pieces" | "order";
  /** Of the recording. */
  readonly streamId: string;
  /** What is different about it, a clause: `the request's body is cut after 5 of 9 bytes`. */
  readonly change: string;
  /** Lines of the outcomes: `- ` as it is with whole bodies, `+ ` as it is with the change. */
  readonly differences: readonly string[];
  readonly stream: RecordedStream;
}

/** An input that a filter does not survive. */
export interface FailureFinding {
  readonly kind: "trap" | "timeout" | "stall" | "crash";
  readonly streamId: string;
  /** What was done to the recorded stream; none: nothing, it fails as it is. */
  readonly changes: readonly string[];
  /** `proxy_on_request_headers trapped: unreachable` */
  readonly explanation: string;
  readonly stream: RecordedStream;
}

/** Guest memory that grows with the number of streams. */
export interface GrowthFinding {
  readonly kind: "growth";
  readonly streamId: string;
  /** About so many bytes with each stream. */
  readonly bytesPerStream: number;
  /** The callbacks in which it grew, the one that grew most first. */
  readonly callbacks: readonly string[];
  /** Bytes of memory when it was warm, and in the end. */
  readonly from: number;
  readonly to: number;
  /** How many times the stream was run. */
  readonly replays: number;
  readonly stream: RecordedStream;
}
