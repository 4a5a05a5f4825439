import { asProxyWasm } from "./builders/as-proxy-wasm.js";
import { go } from "./builders/go.js";
import { npmPeer } from "./builders/npm-peer.js";
import { rust } from "./builders/rust.js";
import type { Sdk } from "./builders/sdk.js";

const gcore = npmPeer({
  name: "gcore",
  package: "@gcoredev/proxy-wasm-sdk-as",
  workloads: ["w1", "w2", "w3", "w4"],
  asc: ["--config", "asconfig.json", "--outFile"],
});

/** It cannot read its configuration (the size goes where the address belongs) and has no way to change a body. */
const solo = npmPeer({
  name: "solo",
  package: "@solo-io/proxy-runtime",
  workloads: ["w1", "w2"],
  asc: ["--use", "abort=abort_proc_exit", "--optimize", "--binaryFile"],
});

/** All SDKs, the one that the others are compared with among them. */
export const SDKS: readonly Sdk[] = [asProxyWasm, rust, go, gcore, solo];

export const REFERENCE = rust.name;
