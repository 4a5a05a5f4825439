import type { RecordedCallout } from "./recorded-callout.js";
import type { RecordedConnection } from "./recorded-connection.js";
import type { RecordedStream } from "./recorded-stream.js";

/**
 * One thing that a recording has: a stream (`"request" in item`), a connection (`"events" in item`), or what
 * happens to the process between them. Items come in the order in which they are to be replayed, the order in which they ended.
 */
export type RecordedItem =
  RecordedStream | RecordedConnection | RecordedAdvance | RecordedUpdate | RecordedStanding;

/** Simulated time passes: ticks and timeouts that are due come. */
export interface RecordedAdvance {
  readonly advanceMs: number;
}

/** A new version of the listener comes: these plugins get another configuration, the others keep theirs. */
export interface RecordedUpdate {
  readonly update: readonly PluginUpdate[];
  /** What is to become of it. Absent: `accepted`. */
  readonly expect?: "accepted" | "rejected";
}

/**
 * From here on this answers every callout that no answer of a stream fits, any number of times. One for the same calls takes the place
 * of an earlier one.
 */
export interface RecordedStanding {
  readonly standing: RecordedCallout;
}

export interface PluginUpdate {
  /** The plugin's name in the listener. */
  readonly plugin: string;
  /** What it reads in `proxy_on_configure`; text is sent as UTF-8. */
  readonly configuration: string | Uint8Array;
}

/** A whole recording in memory: its items, of them the streams, and the entries that are no HTTP stream through a proxy. */
export interface Recording {
  readonly items: readonly RecordedItem[];
  readonly streams: readonly RecordedStream[];
  readonly skipped: readonly SkippedEntry[];
}

/** An entry that was left out on purpose, and why; never a broken one: that is a `RecordingError`. */
export interface SkippedEntry {
  /** Where it stands: `site.har, log.entries[3]`. */
  readonly source: string;
  readonly reason: string;
}
