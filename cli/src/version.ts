import { createRequire } from "node:module";

/** The version in this package's own package.json, which stands beside `src` and `dist` alike. */
export const version: string = (createRequire(import.meta.url)("../package.json") as { version: string })
  .version;
