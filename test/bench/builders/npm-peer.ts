import { cp, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

import type { Workload } from "../workloads.js";
import { command } from "../../lab/toolchains/command.js";
import { cache, filters } from "./folders.js";
import type { Sdk } from "./sdk.js";

export interface NpmPeer {
  readonly name: string;
  /** The SDK's package. */
  readonly package: string;
  readonly workloads: readonly Workload["id"][];
  /** What its documentation says to compile with. */
  readonly asc: readonly string[];
}

/** An SDK in AssemblyScript from npm, with the compiler it asks for, installed by its own lock file under .cache/bench. */
export function npmPeer(peer: NpmPeer): Sdk {
  const folder = join(cache, peer.name);
  return {
    name: peer.name,
    workloads: peer.workloads,
    version: async () => {
      const text = await readFile(join(filters, peer.name, "package.json"), "utf8");
      const { dependencies } = JSON.parse(text) as { dependencies: Record<string, string> };
      return `${peer.package} ${dependencies[peer.package]}, asc ${dependencies["assemblyscript"]}`;
    },
    build: async () => {
      await cp(join(filters, peer.name), folder, { recursive: true });
      if (!(await isInstalled(folder))) {
        await command("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts"], {
          cwd: folder,
          missing: "npm is missing",
        });
      }
      for (const workload of peer.workloads) {
        await command(
          "npx",
          ["--no-install", "asc", `assembly/${workload}.ts`, ...peer.asc, join(folder, `${workload}.wasm`)],
          { cwd: folder, missing: "npx is missing" },
        );
      }
      return (workload) => join(folder, `${workload}.wasm`);
    },
  };
}

/** Whether what the lock file says was installed after it was written. */
async function isInstalled(folder: string): Promise<boolean> {
  const time = async (path: string) => (await stat(join(folder, path)).catch(() => null))?.mtimeMs ?? 0;
  return (await time("node_modules/.package-lock.json")) > (await time("package-lock.json"));
}
