import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { expect, test } from "vitest";

test("starting loads no TLS, no child processes, no streams and no fetch: programs that push a little start often", () => {
  const { metafile } = buildSync({
    entryPoints: [fileURLToPath(new URL("index.ts", import.meta.url))],
    bundle: true,
    platform: "node",
    format: "esm",
    write: false,
    metafile: true,
    outfile: "index.js",
  });
  const imports = metafile.outputs["index.js"]!.imports.filter(({ kind }) => kind === "import-statement");
  expect([...new Set(imports.map(({ path }) => path))].toSorted()).toEqual([
    "node:crypto",
    "node:fs",
    "node:fs/promises",
    "node:module",
    "node:net",
    "node:os",
    "node:path",
    "node:timers/promises",
  ]);
});
