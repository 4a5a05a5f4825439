import type { RecordedItem, SkippedEntry } from "./recording.js";

/** Where a parser puts what it has read. */
export interface RecordingSink {
  item(item: RecordedItem): void;
  skipped(entry: SkippedEntry): void;
}

/**
 * Reads one format, fed in pieces that may be cut anywhere. What is complete goes to the sink at once, so that no more is kept than
 * what is underway. Both calls throw a `RecordingError` for what cannot be read; then the parser is of no more use.
 */
export interface RecordingParser {
  /** Takes the next bytes and keeps none of them: the caller may reuse the array. */
  write(bytes: Uint8Array): void;
  /** The file ends here. */
  end(): void;
}
