import type { RecordedStream } from "./recorded-stream.js";

/** What a recording holds: the streams, and the entries that are no HTTP stream through a proxy. */
export interface Recording {
  readonly streams: readonly RecordedStream[];
  readonly skipped: readonly SkippedEntry[];
}

/** An entry that was left out on purpose, and why; never a broken one: that is a `RecordingError`. */
export interface SkippedEntry {
  /** Where it stands: `site.har, log.entries[3]`. */
  readonly source: string;
  readonly reason: string;
}
