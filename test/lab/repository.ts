import { cwd } from "node:process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * The repository's folder. Scripts run as bundles under .cache, so it is looked for from where they were started, which is
 * in the repository.
 */
export const repository = find(cwd());

function find(folder: string): string {
  if (existsSync(join(folder, "sdk", "asconfig.json"))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error("run this inside the repository");
  return find(parent);
}
