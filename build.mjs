// Bundles every published package: what npm installs is one JavaScript file an entry, dependencies left outside. The
// entries of a package share what they have in common.
import { readdirSync, rmSync } from "node:fs";
import { build } from "esbuild";

const packages = {
  "host-sim": ["index", "assert/index", "vitest/index", "explore/index", "real-envoy/index", "report/index"],
  "oras-js": ["index"],
  cli: ["main", "replay-thread", "index", "vitest/index"],
  create: ["main"],
};

const common = {
  bundle: true,
  packages: "external",
  platform: "node",
  format: "esm",
  target: "node20",
  logLevel: "warning",
};

// What entries share stands beside them, so that `../package.json` is the same file from the sources and from the bundle.
for (const folder of Object.keys(packages)) {
  for (const name of readdirSync(`${folder}/dist`))
    if (/^shared-\w+\.js$/.test(name)) rmSync(`${folder}/dist/${name}`);
}

/** What the HTML report carries: one script and one style sheet, which it writes into the file. */
const page = {
  bundle: true,
  minify: true,
  charset: "utf8",
  target: "es2022",
  outdir: "host-sim/dist/page",
  logLevel: "warning",
};

await Promise.all([
  build({
    ...page,
    entryPoints: [{ in: "host-sim/src/report/page/main.ts", out: "report" }],
    format: "iife",
    platform: "browser",
  }),
  build({ ...page, entryPoints: ["host-sim/src/report/page/report.css"] }),
  build({ ...common, entryPoints: ["sdk/transform/index.ts"], outfile: "sdk/dist/transform.js" }),
  build({ ...common, entryPoints: ["sdk/transform/coverage/index.ts"], outfile: "sdk/dist/coverage.js" }),
  ...Object.entries(packages).map(([folder, entries]) =>
    build({
      ...common,
      entryPoints: entries.map((entry) => ({ in: `${folder}/src/${entry}.ts`, out: entry })),
      outdir: `${folder}/dist`,
      splitting: entries.length > 1,
      chunkNames: "shared-[hash]",
    }),
  ),
]);
