/** The largest recording that is read, and the largest body that is filled in. */
export const MAX_RECORDING_BYTES = 256 * 1024 * 1024;

/** Deeper than any exporter nests (Chromium's `_initiator` stacks reach some dozens). */
export const MAX_JSON_DEPTH = 1000;
