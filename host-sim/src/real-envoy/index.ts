export { type EnvoyBinary, findEnvoy } from "./binary.js";
export { RealEnvoy, type RealEnvoyOptions } from "./real-envoy.js";
// What a rig of one's own around an Envoy is built from.
export { grpcFrame, GrpcMessages } from "./grpc-frame.js";
export { requestFraming, responseFraming, type Framing } from "./http1-framing.js";
export { isPluginLog, isTrace, type LogMessage, parseLog } from "./log.js";
export { type ProcessOptions, type RefusedProcess, type RunningProcess, startProcess } from "./process.js";
export { unreadBytes } from "./unread-bytes.js";
export { until } from "./until.js";
