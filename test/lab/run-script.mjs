// Runs a script in TypeScript that Node 20 cannot run as it is: bundled by esbuild, packages left outside.
//
//   node test/lab/run-script.mjs test/hostile/run.ts [arguments]
//
// The script exports `main(args): Promise<number>`, which gives the exit code.
import { basename, dirname, join } from "node:path";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const repository = fileURLToPath(new URL("../../", import.meta.url));

/** Bundles a script (a path from the repository's root) and imports it. */
export async function importScript(path) {
  const outfile = join(repository, ".cache", "scripts", dirname(path), `${basename(path, ".ts")}.mjs`);
  await build({
    entryPoints: [join(repository, path)],
    outfile,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20",
    sourcemap: "inline",
    logLevel: "warning",
  });
  return import(outfile);
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const [path = "", ...args] = argv.slice(2);
  const { main } = await importScript(path);
  process.exitCode = await main(args);
}
