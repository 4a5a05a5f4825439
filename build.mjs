// Bundles every published package: what npm installs is one JavaScript file an entry, dependencies left outside.
import { build } from "esbuild";

const entries = [
  { in: "host-sim/src/index.ts", out: "host-sim/dist/index.js" },
  { in: "oras-js/src/index.ts", out: "oras-js/dist/index.js" },
  { in: "sdk/transform/index.ts", out: "sdk/dist/transform.js" },
  { in: "cli/src/main.ts", out: "cli/dist/main.js" },
  { in: "create/src/main.ts", out: "create/dist/main.js" },
];

await Promise.all(
  entries.map((entry) =>
    build({
      entryPoints: [entry.in],
      outfile: entry.out,
      bundle: true,
      packages: "external",
      platform: "node",
      format: "esm",
      target: "node20",
      logLevel: "warning",
    }),
  ),
);
