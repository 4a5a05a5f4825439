import { asProxyWasm } from "./build/as-proxy-wasm.js";
import { go } from "./build/go.js";
import { rust } from "./build/rust.js";
import type { Sdk } from "./build/sdk.js";

/** All SDKs, the one that the others are compared with among them. */
export const SDKS: readonly Sdk[] = [asProxyWasm, rust, go];

export const REFERENCE = rust.name;
