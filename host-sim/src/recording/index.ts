export { asCallout } from "./as-callout.js";
export { type Chunking, rechunked } from "./chunking.js";
export { EVENT_STREAM_VERSION } from "./event-line.js";
export { writeEvents, writeEventStream } from "./event-stream-writer.js";
export type { WireForm } from "./har-body.js";
export { fillMissingBodies } from "./missing-body.js";
export {
  loadRecording,
  openRecording,
  type OpenRecordingOptions,
  parseRecording,
  readRecording,
} from "./open-recording.js";
export { calloutText } from "./recorded-callout.js";
export type {
  CalloutFailureKind,
  RecordedCallout,
  RecordedCalloutFailure,
  RecordedGrpcAnswer,
  RecordedGrpcCallout,
  RecordedHttpAnswer,
  RecordedHttpCallout,
} from "./recorded-callout.js";
export type { ConnectionEvent, Peer, RecordedConnection } from "./recorded-connection.js";
export type {
  ExpectedLocalReply,
  ExpectedLog,
  ExpectedLogLevel,
  ExpectedMessage,
  ExpectedOutcome,
  RecordedExpectation,
} from "./recorded-expectation.js";
export type {
  PluginUpdate,
  RecordedAdvance,
  RecordedItem,
  RecordedStanding,
  RecordedUpdate,
  Recording,
  SkippedEntry,
} from "./recording.js";
export { redaction, type Redaction, type RedactionOptions, SECRET_HEADERS } from "./redaction.js";
export { RecordingError, type RecordingErrorCode, recordingErrors } from "./recording-error.js";
export type { RecordedBody, RecordedMessage, RecordedStream, StreamStep } from "./recorded-stream.js";
export { type ObservedStream, type UnmetExpectation, unmetExpectations } from "./unmet-expectations.js";
export { readTapPairs } from "./read-tap-pairs.js";
export { TAP_BODY_LIMIT, tapFilters, type TapFilters } from "./tap-config.js";
