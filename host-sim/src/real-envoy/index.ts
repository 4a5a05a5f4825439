export { type EnvoyBinary, findEnvoy } from "./binary.js";
export { compareHosts, type HostComparison } from "./compare-hosts.js";
export type { Difference, Equal, Place } from "./difference.js";
export { RealEnvoy, type RealEnvoyOptions } from "./real-envoy.js";
// What a rig of one's own around an Envoy is built from.
export { grpcFrame, GrpcMessages } from "./grpc-frame.js";
export { requestFraming, responseFraming, type Framing } from "./http1-framing.js";
export { isPluginLog, isTrace, type LogMessage, parseLog } from "./log.js";
export { type ProcessOptions, type RefusedProcess, type RunningProcess, startProcess } from "./process.js";
export { unreadBytes } from "./unread-bytes.js";
export { until } from "./until.js";
export { withoutTimeOfDay } from "./time-of-day.js";
