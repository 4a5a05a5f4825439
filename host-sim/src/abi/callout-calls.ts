import type { MisuseRuleId } from "../source/misuse-rules.js";
import { Status } from "./enums.js";
import { env, type HostCall } from "./host-function.js";
import type { Answer, GrpcStreamRequest } from "./host-context.js";
import { decodePairs } from "./pairs.js";

/** HTTP and gRPC callouts (abi.md 5.8, 5.9, 7.4, 7.5). */
export const calloutCalls = [
  env(
    "proxy_http_call",
    "iiiiiiiiii",
    (
      call: HostCall,
      clusterAddress: number,
      clusterSize: number,
      headersAddress: number,
      headersSize: number,
      bodyAddress: number,
      bodySize: number,
      trailersAddress: number,
      trailersSize: number,
      timeout: number,
      tokenOut: number,
    ) => {
      const cluster = call.memory.readString(clusterAddress, clusterSize);
      const headers = call.memory.read(headersAddress, headersSize);
      const body = call.memory.read(bodyAddress, bodySize);
      const trailers = call.memory.read(trailersAddress, trailersSize);
      if (cluster === null || headers === null || body === null || trailers === null)
        return Status.InvalidMemoryAccess;
      // The address is tried before anything is sent.
      if (!call.memory.writeU32(tokenOut, 0)) return Status.InvalidMemoryAccess;
      const { status, token } = call.context.httpCall({
        cluster,
        headers: decodePairs(headers),
        body,
        trailers: decodePairs(trailers),
        timeoutMs: timeout | 0,
      });
      if (status === Status.BadArgument)
        call.misused(refusedCallout(timeout | 0, headers), "proxy_http_call");
      call.memory.writeU32(tokenOut, token);
      return status;
    },
  ),

  env(
    "proxy_grpc_call",
    "iiiiiiiiiiii",
    (
      call: HostCall,
      target: number,
      targetSize: number,
      service: number,
      serviceSize: number,
      method: number,
      methodSize: number,
      metadata: number,
      metadataSize: number,
      message: number,
      messageSize: number,
      timeout: number,
      tokenOut: number,
    ) => {
      const request = readGrpcRequest(
        call,
        [target, targetSize],
        [service, serviceSize],
        [method, methodSize],
        [metadata, metadataSize],
      );
      const bytes = call.memory.read(message, messageSize);
      if (request === null || bytes === null) return Status.InvalidMemoryAccess;
      return writeToken(
        call,
        call.context.grpcCall({ ...request, message: bytes, timeoutMs: timeout }),
        tokenOut,
      );
    },
  ),

  env(
    "proxy_grpc_stream",
    "iiiiiiiii",
    (
      call: HostCall,
      target: number,
      targetSize: number,
      service: number,
      serviceSize: number,
      method: number,
      methodSize: number,
      metadata: number,
      metadataSize: number,
      tokenOut: number,
    ) => {
      const request = readGrpcRequest(
        call,
        [target, targetSize],
        [service, serviceSize],
        [method, methodSize],
        [metadata, metadataSize],
      );
      if (request === null) return Status.InvalidMemoryAccess;
      return writeToken(call, call.context.grpcStream(request), tokenOut);
    },
  ),

  env(
    "proxy_grpc_send",
    "iiii",
    (call: HostCall, token: number, message: number, size: number, end: number) => {
      const bytes = call.memory.read(message, size);
      if (bytes === null) return Status.InvalidMemoryAccess;
      return call.context.grpcSend(token, bytes, end !== 0);
    },
  ),

  env("proxy_grpc_close", "i", (call: HostCall, token: number) => call.context.grpcClose(token)),
  env("proxy_grpc_cancel", "i", (call: HostCall, token: number) => call.context.grpcCancel(token)),
];

/** Why Envoy did not send it, in the order in which it looks. */
function refusedCallout(timeoutMs: number, headers: Uint8Array): MisuseRuleId {
  if (timeoutMs < 0) return "callout-timeout";
  const names = new Set(decodePairs(headers).map(([name]) => name.toLowerCase()));
  return [":path", ":method", ":authority"].every((name) => names.has(name))
    ? "callout-cluster"
    : "callout-headers";
}

type Range = readonly [address: number, size: number];

function readGrpcRequest(
  { memory }: HostCall,
  targetRange: Range,
  serviceRange: Range,
  methodRange: Range,
  metadataRange: Range,
): GrpcStreamRequest | null {
  const target = memory.read(...targetRange);
  const service = memory.readString(...serviceRange);
  const method = memory.readString(...methodRange);
  const metadata = memory.read(...metadataRange);
  if (target === null || service === null || method === null || metadata === null) return null;
  return { target, service, method, metadata: decodePairs(metadata) };
}

function writeToken(call: HostCall, token: Answer<number>, out: number): Status {
  if (!token.ok) return token.status;
  return call.memory.writeU32(out, token.value) ? Status.Ok : Status.InvalidMemoryAccess;
}
