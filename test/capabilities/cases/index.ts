import type { Capability } from "../capability.js";
import { grpcCalls } from "./grpc-calls.js";
import { grpcStreams } from "./grpc-streams.js";
import { httpBodies } from "./http-bodies.js";
import { httpCallouts } from "./http-callouts.js";
import { httpHeaders } from "./http-headers.js";
import { localReplies } from "./local-replies.js";
import { plugin } from "./plugin.js";

/** Every page of the guide, in the order of its index. */
export const capabilities: readonly Capability[] = [
  httpHeaders,
  httpBodies,
  localReplies,
  httpCallouts,
  grpcCalls,
  grpcStreams,
  plugin,
];
