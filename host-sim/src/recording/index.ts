export { EVENT_STREAM_VERSION, parseEventStream } from "./event-stream.js";
export { writeEventStream } from "./event-stream-writer.js";
export { parseHar } from "./har.js";
export { fillMissingBodies } from "./missing-body.js";
export { loadRecording, parseRecording, readRecording } from "./read-recording.js";
export type { Recording, SkippedEntry } from "./recording.js";
export { RecordingError, type RecordingErrorCode, recordingErrors } from "./recording-error.js";
export type { RecordedBody, RecordedMessage, RecordedStream } from "./recorded-stream.js";
export { parseTap } from "./tap.js";
