export { callbackAnswer, callbackWords } from "./abi/call-words.js";
export type { CallWord, HostCallWords } from "./abi/call-words.js";
export { firstValue, fromBytes, fromText, toBytes, toText } from "./byte-string.js";
export type { ByteString, HeaderList, HeaderPair } from "./byte-string.js";
export type { Clusters, ClusterScript } from "./callout/clusters.js";
export type { DnsAnswer, DnsAnswers } from "./callout/dns.js";
export type { GrpcCallout } from "./callout/grpc-callouts.js";
export type {
  GrpcAnswer,
  GrpcHttpAnswer,
  GrpcMethod,
  GrpcMethods,
  GrpcReply,
  GrpcServerCall,
} from "./callout/grpc-upstream.js";
export type { HttpCallout, HttpCalloutOutcome } from "./callout/http-callouts.js";
export type {
  HeaderFields,
  HttpCalloutAnswer,
  HttpCalloutFailure,
  HttpCalloutRequest,
  HttpCalloutResponse,
  HttpFailureKind,
  HttpUpstream,
} from "./callout/http-upstream.js";
export type { Clock } from "./envoy/clock.js";
export { EnvoyStartError } from "./envoy/envoy-start-error.js";
export { envoyVersions, newestEnvoy, versionDifferences } from "./envoy-versions.js";
export type { EnvoyVersion, VersionDifference } from "./envoy-versions.js";
export { Envoy } from "./envoy/envoy.js";
export type { EnvoyOptions, ReplayOptions } from "./envoy/envoy-options.js";
export type { CallbackTime, LogLine, ThreadName, TraceLine, WasmLogLevel } from "./envoy/event-log.js";
export type { GivenProperties } from "./envoy/given-properties.js";
export { idlePlugin } from "./envoy/idle-plugin.js";
export type {
  ProcessFailure,
  ProcessOutcome,
  Replayed,
  ReplayedAdvance,
  ReplayedItem,
  ReplayedStanding,
  ReplayedUpdate,
} from "./envoy/replayed-item.js";
export { calloutClusters } from "./callout/callout-clusters.js";
export type { StandingAnswer } from "./callout/recorded-answers.js";
export type { Host } from "./envoy/host.js";
export type { Metric } from "./envoy/metrics.js";
export type { FailurePolicy } from "./envoy/failure-policy.js";
export type { Configuration, PluginConfig, VmConfig } from "./envoy/plugin-config.js";
export {
  CallbackTimeoutError,
  SimulatorError,
  UnimplementedHostCallError,
  UnmodelledNameError,
  UnmodelledPropertyError,
} from "./errors.js";
export type { SimulatorErrorCode } from "./errors.js";
export { type Fidelity, fidelity } from "./fidelity.js";
export type { ConnectionManagerOptions } from "./http/connection-manager.js";
export type {
  DirectResponse,
  Redirect,
  Route,
  RouteAction,
  RouteMatch,
  VirtualHost,
} from "./http/route/virtual-host.js";
export type { Exchange, HttpMessage, LocalReply, Outcome } from "./http/exchange.js";
export type { Http2Frame } from "./http/http2/frame.js";
export { encodeRequest, encodeResponse } from "./http/http1/recorded-wire.js";
export { requestFrames, responseFrames } from "./http/http2/recorded-frames.js";
export type { ConnectionExchange, ConnectionOutcome } from "./tcp/connection-exchange.js";
export { inspectModule } from "./module/inspect-module.js";
export type { ModuleInspection, ModuleProblem } from "./module/inspect-module.js";
export { formatSignature } from "./module/wasm-module.js";
export type {
  ModuleExport,
  ModuleImport,
  ModuleProducer,
  Signature,
  ValueType,
} from "./module/wasm-module.js";
export { separateDebugInformation } from "./source/debug-information.js";
export type { SourceFunction, SourceFunctions } from "./source/source-map.js";
export type { SeparatedModule } from "./source/debug-information.js";
export { frameText, type CodeFrame } from "./source/code-frame.js";
export { misuseLines, type Misuse } from "./source/misuse.js";
export { misuseRules, type MisuseRule, type MisuseRuleId } from "./source/misuse-rules.js";
export { trapLines, type Trap } from "./source/trap.js";
export { collectCoverage, resetCoverage } from "./source/coverage.js";
export type { Coverage, FileCoverage } from "./source/coverage.js";
export type { CodePosition, CodeRange, CountedBranch, CountedFunction } from "./source/coverage-section.js";
export * from "./recording/index.js";
export {
  type FilterManifest,
  loadFilter,
  type LoadFilterOptions,
  parseFilterManifest,
  readFilterManifest,
} from "./manifest/index.js";
export * from "./filter-test/index.js";
