import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { repository } from "../../lab/repository.js";
import { cache, filters } from "./folders.js";
import { command } from "../../lab/toolchains/command.js";
import type { Sdk } from "./sdk.js";

const source = join(filters, "as-proxy-wasm");
const output = join(cache, "as-proxy-wasm");

/** Ours, as the working tree has it: compiled as `as-proxy-wasm build` does, with asc and the SDK's asconfig.json. */
export const asProxyWasm: Sdk = {
  name: "as-proxy-wasm",
  workloads: ["w1", "w2", "w3", "w4"],
  version: async () => `${await versionOf("sdk")}, asc ${await versionOf("node_modules/assemblyscript")}`,
  build: async () => {
    for (const workload of asProxyWasm.workloads) {
      await command(
        process.execPath,
        [
          join(repository, "node_modules/assemblyscript/bin/asc.js"),
          ...[`assembly/${workload}.ts`, "--config", "asconfig.json"],
          ...["--outFile", join(output, `${workload}.wasm`)],
        ],
        { cwd: source, missing: "node is missing" },
      );
    }
    return (workload) => join(output, `${workload}.wasm`);
  },
};

async function versionOf(folder: string): Promise<string> {
  const text = await readFile(join(repository, folder, "package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
