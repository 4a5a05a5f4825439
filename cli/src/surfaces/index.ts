import { envoy } from "./envoy.js";
import { envoyEcds } from "./envoy-ecds.js";
import { envoyExtensionPolicy } from "./envoy-extension-policy.js";
import { envoyFilter } from "./envoy-filter.js";
import { trafficExtension, wasmPlugin } from "./istio-extension.js";
import type { Surface } from "./surface.js";

export { metadataOptions, readMetadata } from "./kubernetes.js";
export { pullSecret } from "./pull-secret.js";
export { brokenLimits, type PinnedImage, requireFits, type Surface } from "./surface.js";

/** In the order in which another one is proposed where one cannot say what a filter needs. */
export const surfaces: readonly Surface[] = [
  wasmPlugin,
  trafficExtension,
  envoyFilter,
  envoyExtensionPolicy,
  envoy,
  envoyEcds,
];
