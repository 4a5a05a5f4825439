/**
 * What stands in a report, as the page reads it. Everything is text that a person can read: octets that are not UTF-8
 * appear as `\xNN`. Types alone: the page is compiled for a browser, the rest for Node.
 */

/** One line of the list. */
export interface ReportRow {
  /** From 0, in the order in which streams were added; names the stream's element in the page. */
  readonly index: number;
  readonly id: string;
  readonly method: string;
  readonly url: string;
  /** The client's status; null: no response. */
  readonly status: string | null;
  /** The same without the filter; absent when nothing was compared. */
  readonly statusBefore?: string | null;
  readonly outcome: string;
  /** The filter changed what upstream or client got. */
  readonly changed: boolean;
  readonly localReply: boolean;
  /** Traps, misuses and expectations that were not met. */
  readonly problems: number;
  /** How long the filter's callbacks took together; absent when times are left out. */
  readonly nanoseconds?: number;
  /** What the stream looked like in full had no room in the report. */
  readonly bare?: true;
}

/** One stream in full. */
export interface ReportStream {
  readonly row: Omit<ReportRow, "index" | "bare">;
  readonly source: string;
  readonly protocol: string;
  /** Null when the exchange was completed. */
  readonly explanation: string | null;
  /** Envoy's word for where the response came from: `via_upstream`. */
  readonly responseCodeDetails: string | null;
  readonly localReply: { readonly status: number; readonly details: string } | null;
  /** What was lost or changed on the way out of the recording. */
  readonly notes: readonly string[];
  readonly request: MessagePair;
  readonly response: MessagePair;
  readonly timeline: readonly TimelineItem[];
  /** Items of the timeline that had no room. */
  readonly timelineCut: number;
  readonly callouts: readonly ReportCallout[];
  readonly problems: readonly Problem[];
}

export interface MessagePair {
  /** Without the filter; where nothing was compared, as it came to Envoy. */
  readonly before: ReportMessage | null;
  /** With the filter, as its receiver got it. */
  readonly after: ReportMessage | null;
}

export interface ReportMessage {
  readonly headers: readonly ReportHeader[];
  readonly body: ReportBody;
  readonly trailers: readonly ReportHeader[] | null;
}

export type ReportHeader = readonly [name: string, value: string];

export type ReportBody =
  /** What the other side of the pair has. */
  | { readonly kind: "same" }
  | { readonly kind: "missing"; readonly size: number | null; readonly reason: string }
  | {
      readonly kind: "text" | "base64";
      readonly content: string;
      /** Bytes; `content` has so many of them. */
      readonly size: number;
      readonly shown: number;
      /** The sizes of the pieces in which it came. */
      readonly chunks: readonly number[];
    };

/** What happened, in order; `depth` says what happened inside of what. */
export type TimelineItem =
  | {
      readonly kind: "callback";
      readonly depth: number;
      readonly thread: string;
      readonly name: string;
      readonly arguments: readonly Word[];
      /** Absent when it returned nothing, or never. */
      readonly result?: string;
      readonly nanoseconds?: number;
    }
  | {
      readonly kind: "call";
      readonly depth: number;
      readonly name: string;
      readonly arguments: readonly Word[];
      /** The status in words; absent when the call did not return. */
      readonly result?: string;
      /** What the filter got besides. */
      readonly answers: readonly Word[];
    }
  | { readonly kind: "log"; readonly depth: number; readonly level: string; readonly text: string };

/** An argument or an answer in words: `map: request headers`. */
export interface Word {
  readonly name: string;
  readonly value: string;
  /** The value is text of the filter, not a word of the ABI. */
  readonly quoted?: true;
}

export interface ReportCallout {
  readonly kind: "http" | "grpc";
  readonly cluster: string;
  readonly plugin: string;
  /** What became of it. */
  readonly outcome: string;
  readonly headers: readonly ReportHeader[];
  readonly body: ReportBody;
  readonly timeoutMs: number | null;
}

/** Something that went wrong, in the author's terms. */
export interface Problem {
  readonly kind: "trap" | "misuse" | "expectation";
  readonly title: string;
  /** Sentences and lines of the author's code, one a line. */
  readonly lines: readonly string[];
}

export interface ReportMetric {
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly value: string;
  readonly samples: readonly string[];
}

/** The whole replay. */
export interface ReportHead {
  readonly filter: string;
  /** The time in the simulated Envoy. */
  readonly now?: string;
  readonly counts: {
    readonly streams: number;
    readonly changed: number;
    readonly localReplies: number;
    readonly notCompleted: number;
    readonly problems: number;
  };
  readonly metrics: readonly ReportMetric[];
  readonly warnings: readonly string[];
  /** Time per callback of all streams. */
  readonly times: readonly CallbackTotal[];
  /** Streams that are listed without details, and that are only counted, because of the report's limit. */
  readonly bare: number;
  readonly left: number;
}

export interface CallbackTotal {
  readonly name: string;
  readonly count: number;
  readonly nanoseconds: number;
  readonly most: number;
}
