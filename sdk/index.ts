// Only the compiler looks at these: the abort handler by its name, the exports through the transform.
import "./assembly/abi/abort";
import "./assembly/dispatch/exports/grpc";
import "./assembly/dispatch/exports/http";
import "./assembly/dispatch/exports/http-call";
import "./assembly/dispatch/exports/lifecycle";
import "./assembly/dispatch/exports/mosn";
import "./assembly/dispatch/exports/network";
import "./assembly/dispatch/exports/plugin";
import * as properties from "./assembly/properties/properties";

// Filters and plugins
export { Context } from "./assembly/context/context";
export { lastFailure } from "./assembly/context/failure";
export { registerHttpFilter, registerNetworkFilter, registerPlugin } from "./assembly/dispatch/registry";
export { Plugin } from "./assembly/plugin/plugin";
export { Timer, TimerCallback, TimerHandler, TimerTask } from "./assembly/plugin/timers";
export { Configuration, vmConfiguration } from "./assembly/configuration/configuration";
export { ConfigurationReader } from "./assembly/configuration/reader";

// HTTP
export { BodyAction, HeadersAction, TrailersAction } from "./assembly/http/actions";
export { Body } from "./assembly/http/body";
export { BodyUse } from "./assembly/http/body-use";
export { Headers } from "./assembly/http/headers";
export { HttpFilter } from "./assembly/http/http-filter";
export { LocalReplyOptions } from "./assembly/http/local-reply";

// TCP
export { ClosedBy, NetworkAction } from "./assembly/network/actions";
export { bigEndian16, bigEndian32, setBigEndian16, setBigEndian32 } from "./assembly/network/big-endian";
export {
  BadFrame,
  BadFrameAction,
  FrameDecoder,
  FrameInspector,
  FrameRewriter,
} from "./assembly/network/frame-decoder";
export { NetworkFilter } from "./assembly/network/network-filter";
export { StreamData } from "./assembly/network/stream-data";

// Callouts
export { CallOutcome } from "./assembly/callout/call-outcome";
export { HttpCallback, HttpCallHandler, HttpCallReceiver } from "./assembly/callout/http-call-handler";
export { HttpRequest } from "./assembly/callout/http-request";
export { HttpResponse } from "./assembly/callout/http-response";
export { GrpcCall } from "./assembly/grpc/grpc-call";
export {
  GrpcCallback,
  GrpcCallHandler,
  GrpcCallReceiver,
  GrpcResponse,
} from "./assembly/grpc/grpc-call-handler";
export { GrpcService } from "./assembly/grpc/grpc-service";
export { GrpcStatus } from "./assembly/grpc/grpc-status";
export { GrpcStream } from "./assembly/grpc/grpc-stream";
export { GrpcStreamHandler, GrpcStreamReceiver } from "./assembly/grpc/grpc-stream-handler";

// What the host offers besides
export { log, LogLevel } from "./assembly/log";
export { currentTimeMilliseconds, currentTimeNanoseconds } from "./assembly/time";
export { toAsciiLowerCase } from "./assembly/ascii";
export { Counter, Gauge, Histogram } from "./assembly/metrics/metric";
export { statsTags } from "./assembly/metrics/stats-tags";
export {
  getProperty,
  getPropertyFlag,
  getPropertyInteger,
  getPropertyList,
  getPropertyMap,
  getPropertyNumber,
  getPropertyText,
  setProperty,
  setPropertyText,
} from "./assembly/properties/property";
export { PropertyMap } from "./assembly/properties/property-map";
export { properties };
export { ListenerDirection } from "./assembly/properties/xds";
export { SharedCache } from "./assembly/shared/shared-cache";
export { SharedCounter } from "./assembly/shared/shared-counter";
export { SharedData, SharedUpdate, SharedValue } from "./assembly/shared/shared-data";
export { SharedQueue } from "./assembly/shared/shared-queue";
export { compress, uncompress } from "./assembly/foreign/compression";
export { Expression } from "./assembly/foreign/expression";
export {
  declareProperty,
  LifeSpan,
  PropertyDeclaration,
  PropertyType,
  setEnvoyFilterState,
} from "./assembly/foreign/filter-state";
export { callForeignFunction } from "./assembly/foreign/foreign-function";
export {
  sign,
  SignResult,
  signWithPem,
  VerifyResult,
  verifySignature,
  verifySignatureWithPem,
} from "./assembly/foreign/signature";
