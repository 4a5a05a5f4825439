import { readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Project } from "./project.js";

/** The first source file that was changed after the module was built, if there is one. */
export async function newerSource(project: Project): Promise<string | null> {
  const built = (await stat(project.wasm).catch(() => undefined))?.mtimeMs;
  if (built === undefined) return null;
  const folder = dirname(project.entry);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isFile() || !entry.name.endsWith(".ts")) continue;
    const path = join(entry.parentPath ?? entry.path, entry.name);
    if ((await stat(path)).mtimeMs > built) return path;
  }
  return null;
}
