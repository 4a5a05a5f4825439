/** The largest entry of a HAR, trace of a tap or line of an event file, and the largest body that is filled in. Files have no limit. */
export const MAX_ENTRY_BYTES = 256 * 1024 * 1024;

/** Deeper than any exporter nests (Chromium's `_initiator` stacks reach some dozens). */
export const MAX_JSON_DEPTH = 1000;

/** How many streams of one file may be underway at a time. What is beyond is no recording of one proxy. */
export const MAX_OPEN_STREAMS = 100_000;

/** What a zip with a HAR may unpack to. */
export const MAX_ZIP_FILES = 100_000;
export const MAX_UNPACKED_BYTES = 16 * 1024 ** 3;
