// `npm run fuzz`: compiles run.ts, which Node 20 cannot run as it is, and starts it.
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const folder = fileURLToPath(new URL(".", import.meta.url));
const outfile = fileURLToPath(new URL("../../.cache/fuzz/run.mjs", import.meta.url));

await build({
  entryPoints: [`${folder}run.ts`],
  outfile,
  bundle: true,
  packages: "external",
  platform: "node",
  format: "esm",
  target: "node20",
  logLevel: "warning",
});
const { main } = await import(outfile);
process.exitCode = await main(folder, argv.slice(2));
