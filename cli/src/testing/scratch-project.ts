/** A filter project in a folder of its own: the template that `npm create` copies, with this repository's packages. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../../../", import.meta.url));

export interface ScratchProject {
  readonly folder: string;
  path(...parts: string[]): string;
  write(name: string, content: string | Uint8Array): string;
  remove(): void;
}

export function scratchProject(): ScratchProject {
  const folder = mkdtempSync(join(tmpdir(), "as-proxy-wasm-"));
  cpSync(join(repository, "create/templates/http"), folder, { recursive: true });
  mkdirSync(join(folder, "node_modules"));
  for (const name of ["assemblyscript", "as-proxy-wasm-sdk"]) {
    symlinkSync(join(repository, "node_modules", name), join(folder, "node_modules", name));
  }
  const path = (...parts: string[]): string => join(folder, ...parts);
  return {
    folder,
    path,
    write: (name, content) => {
      mkdirSync(dirname(path(name)), { recursive: true });
      writeFileSync(path(name), content);
      return path(name);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
