import type { Capability } from "../capability.js";
import { configuration } from "./configuration.js";
import { grpcCalls } from "./grpc-calls.js";
import { grpcStreams } from "./grpc-streams.js";
import { httpBodies } from "./http-bodies.js";
import { httpCallouts } from "./http-callouts.js";
import { httpHeaders } from "./http-headers.js";
import { localReplies } from "./local-replies.js";
import { metrics } from "./metrics.js";
import { plugin } from "./plugin.js";
import { properties } from "./properties.js";
import { sharedData } from "./shared-data.js";
import { sharedQueues } from "./shared-queues.js";

/** Every page of the guide, in the order of its index. */
export const capabilities: readonly Capability[] = [
  httpHeaders,
  httpBodies,
  localReplies,
  httpCallouts,
  grpcCalls,
  grpcStreams,
  plugin,
  configuration,
  sharedData,
  sharedQueues,
  metrics,
  properties,
];
