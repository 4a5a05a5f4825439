export type { ScriptedClusters, ScriptedClusterScript } from "./cluster-scripts.js";
export { flaky, type Flakiness } from "./flaky.js";
export { request, type AnswerParts, type RequestParts } from "./request.js";
export type { ScriptedAnswer, UnusedAnswer } from "./scripted-answers.js";
export { startFilter, type FilterTestOptions } from "./start-filter.js";
export type { TestEnvoy } from "./test-envoy.js";
export { UnhandledCalloutError, type UnhandledCallout } from "./unhandled-callout.js";
export { webRequest, type WebRequest, type WebResponse } from "./web-request.js";
