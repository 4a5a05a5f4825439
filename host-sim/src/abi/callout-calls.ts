import { Status } from "./enums.js";
import { env, type HostCall } from "./host-function.js";
import { decodePairs } from "./pairs.js";

/** HTTP callouts (abi.md 5.8, 7.4). */
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
      call.memory.writeU32(tokenOut, token);
      return status;
    },
  ),
];
