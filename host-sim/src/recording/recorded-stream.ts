import type { HeaderList } from "../byte-string.js";
import type { RecordedCallout } from "./recorded-callout.js";
import type { RecordedExpectation } from "./recorded-expectation.js";

/** One recorded HTTP exchange, whatever file it came from. */
export interface RecordedStream {
  /** Unique within its recording; made from the file's own ids or positions. */
  readonly id: string;
  /** Where it stands, for messages: `site.har, log.entries[3]`. */
  readonly source: string;
  /** What the client spoke. */
  readonly protocol: "HTTP/1.1" | "HTTP/2";
  /** Starts with the four pseudo headers `:authority :path :method :scheme`. */
  readonly request: RecordedMessage;
  /** Starts with `:status`. Null: the recording has no response, the upstream never answers. */
  readonly response: RecordedMessage | null;
  /** Answers before the response: 1xx, but 101. Each starts with `:status`, and is a piece of the response for `order`. */
  readonly interim?: readonly HeaderList[];
  /**
   * In which order the pieces come, where that matters, and what else happens. Absent: the client sends as Envoy reads, and the
   * upstream answers when it has the whole request. What the steps leave out follows in that way.
   */
  readonly order?: readonly StreamStep[];
  /** When it began, in milliseconds since the recording did. Absent: not recorded. */
  readonly at?: number;
  /** What answers its filters' callouts. */
  readonly callouts?: readonly RecordedCallout[];
  /** What is to become of it. */
  readonly expect?: RecordedExpectation;
  /** What was lost or changed on the way in, one sentence each. */
  readonly notes: readonly string[];
}

/** One thing that happens on a stream. */
export type StreamStep =
  /** The next piece of that message: its headers, one chunk of its body, its trailers or, without trailers, its end. */
  | "request"
  | "response"
  /** Nothing, for this many simulated milliseconds. */
  | { readonly wait: number }
  /** That side breaks off: RST_STREAM over HTTP/2, the connection over HTTP/1.1. Nothing more comes from it. */
  | { readonly reset: "client" | "upstream" };

/** One direction of a recorded exchange. */
export interface RecordedMessage {
  readonly headers: HeaderList;
  readonly body: RecordedBody;
  /** Null: the message had no trailers. */
  readonly trailers: HeaderList | null;
}

/** A body is recorded, in the pieces in which it arrived, or missing. Missing is never the same as empty. */
export type RecordedBody =
  | { readonly kind: "recorded"; readonly chunks: readonly Uint8Array[] }
  | {
      readonly kind: "missing";
      /** Its length in bytes as far as the recording tells, else null. */
      readonly size: number | null;
      /** Why it is missing: `binary uploads are left out of Chromium's HAR`. */
      readonly reason: string;
    };
