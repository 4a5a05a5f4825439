/** What each command of the README has to show to a stranger. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { output } from "./stranger.mjs";

export const expectations = (check) => ({
  "npm install": (_, cwd) => {
    check("the project has its .gitignore", existsSync(join(cwd, ".gitignore")));
  },
  "npm run build": (result, cwd) => {
    const bytes = readFileSync(join(cwd, "build/filter.wasm"));
    check(`the module is small (${bytes.length} bytes)`, bytes.length > 500 && bytes.length < 4000);
    check(
      "build says sizes, exports and imports",
      /gzipped/.test(result.stdout) && /proxy_on_request_headers/.test(result.stdout),
      output(result),
    );
    check(
      "nothing is exported that is not overridden",
      !/proxy_on_request_body|proxy_on_log/.test(result.stdout),
      output(result),
    );
  },
  "npm test": (result) => {
    check("the generated test passes", /2 passed/.test(result.stdout), output(result));
  },
  "npm run replay": (result) => {
    check(
      "replay shows the header that the filter adds",
      /\+ x-hello: world/.test(result.stdout),
      output(result),
    );
    check("replay shows the 401 that the filter answers", /200 -> 401/.test(result.stdout), output(result));
    check(
      "replay shows nothing that Envoy does by itself",
      !/x-forwarded-proto|x-request-id/.test(result.stdout),
      output(result),
    );
  },
  "npm run package": (result, cwd) => {
    const index = JSON.parse(readFileSync(join(cwd, "build/oci/index.json"), "utf8"));
    check(
      "package makes one image and says its digest",
      index.manifests.length === 1 && result.stdout.includes(index.manifests[0].digest),
      output(result),
    );
  },
});
