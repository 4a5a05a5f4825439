import { join } from "node:path";

import { buildRust, rustVersion } from "../../lab/toolchains/rust.js";
import { cache, filters } from "./folders.js";
import type { Sdk } from "./sdk.js";

export const rust: Sdk = {
  name: "rust",
  workloads: ["w1", "w2", "w3", "w4"],
  version: async () => `proxy-wasm 0.2.5, ${await rustVersion()}`,
  build: () => buildRust(join(filters, "rust"), join(cache, "rust")),
};
