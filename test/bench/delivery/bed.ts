import { join } from "node:path";
import process from "node:process";
import { repository } from "../../lab/index.js";
import { installPackages } from "../../registry/debian-packages.js";
import { startDistribution } from "../../registry/registries/distribution.js";
import { buildTools } from "../../registry/tools.js";

/** What is measured: our command as it is published, and oras, with one registry for both. */
export interface Bed {
  readonly folder: string;
  readonly host: string;
  readonly ours: readonly string[];
  readonly oras: string;
}

/** Installs what is missing, and starts Debian's docker-registry. */
export async function makeBed(folder: string): Promise<Bed> {
  await installPackages();
  const { oras } = await buildTools(["oras"]);
  return {
    folder,
    host: await startDistribution(folder, { command: "docker-registry" }),
    ours: [process.execPath, join(repository, "cli", "dist", "main.js")],
    oras: await oras,
  };
}
