export { explain, type Check } from "./check.js";
export { called, logged, metric, type CalloutExpectation, type Logging } from "./event-checks.js";
export {
  bodyCheck,
  headerCheck,
  headerCount,
  trailerCheck,
  type BodyExpectation,
  type HeaderPatterns,
  type ReceivedMessage,
} from "./message-checks.js";
export { rememberMessages } from "./message-owner.js";
export {
  completed,
  ended,
  localReply,
  reachedUpstream,
  type LocalReplyExpectation,
} from "./outcome-checks.js";
export { passedThrough } from "./pass-through.js";
export { snapshotText, isExchange, isTrace } from "./snapshot.js";
export type { TextPattern } from "./text-pattern.js";
