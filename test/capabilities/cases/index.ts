import type { Capability } from "../capability.js";
import { accessLogger } from "./access-logger.js";
import { configuration } from "./configuration.js";
import { errors } from "./errors.js";
import { foreignFunctions } from "./foreign-functions.js";
import { grpcCalls } from "./grpc-calls.js";
import { grpcStreams } from "./grpc-streams.js";
import { httpBodies } from "./http-bodies.js";
import { httpCallouts } from "./http-callouts.js";
import { httpHeaders } from "./http-headers.js";
import { json } from "./json.js";
import { jwt } from "./jwt.js";
import { localReplies } from "./local-replies.js";
import { loggingAndTime } from "./logging-and-time.js";
import { metadataFrames } from "./metadata-frames.js";
import { metrics } from "./metrics.js";
import { patternsAndAddresses } from "./patterns-and-addresses.js";
import { plugin } from "./plugin.js";
import { properties } from "./properties.js";
import { sharedData } from "./shared-data.js";
import { sharedQueues } from "./shared-queues.js";
import { tcpFilters } from "./tcp-filters.js";
import { testing } from "./testing.js";
import { textFormats } from "./text-formats.js";
import { tokenBucket } from "./token-bucket.js";

/** Every page of the guide, in the order of its index. */
export const capabilities: readonly Capability[] = [
  httpHeaders,
  httpBodies,
  localReplies,
  metadataFrames,
  httpCallouts,
  grpcCalls,
  grpcStreams,
  plugin,
  configuration,
  loggingAndTime,
  errors,
  sharedData,
  sharedQueues,
  metrics,
  accessLogger,
  properties,
  foreignFunctions,
  tcpFilters,
  json,
  jwt,
  textFormats,
  patternsAndAddresses,
  tokenBucket,
  testing,
];
