export { type RunOptions, runCommand } from "./command.js";
export { compileFilter } from "./compile.js";
export { type AbiCall, abiTrace, calledNames } from "./envoy/abi-trace.js";
export type {
  Cluster,
  DynamicPlugin,
  EnvoyDescription,
  HttpFilterEntry,
  HttpListener,
  Listener,
  PluginConfiguration,
  RawFilter,
  Route,
  TcpListener,
  WasmPlugin,
} from "./envoy/description.js";
export { Envoy, EnvoyRefusedError, startEnvoy, type UpdateOutcome } from "./envoy/envoy.js";
export { grpcFrame, GrpcMessages, type LogMessage, until } from "as-proxy-wasm-sim/real-envoy";
export { GrpcCall, type GrpcMethods, GrpcServer } from "./grpc/server.js";
export {
  http1,
  Http1Client,
  type Http1Request,
  type Http1Response,
  type ResponseEnd,
} from "./http1/client.js";
export {
  chunk,
  field,
  type Fields,
  fieldValues,
  head,
  type Http1Body,
  lastChunk,
  octets,
} from "./http1/message.js";
export {
  type Answer,
  answer,
  Http1Server,
  NO_ANSWER,
  type ReceivedRequest,
  type Script,
} from "./http1/server.js";
export { http2, Http2Client, type Http2Request, type Http2Response, http2Response } from "./http2/client.js";
export { type Http2Script, Http2Server, type Http2ServerRequest } from "./http2/server.js";
export { repository } from "./repository.js";
export { TcpClient } from "./tcp/client.js";
export { deadPort, type TcpConnection, type TcpScript, TcpServer } from "./tcp/server.js";
