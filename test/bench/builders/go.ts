import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { buildGo, goVersion } from "../../lab/toolchains/go.js";
import { cache, filters } from "./folders.js";
import type { Sdk } from "./sdk.js";

const source = join(filters, "go");
const output = join(cache, "go");

export const go: Sdk = {
  name: "go",
  workloads: ["w1", "w2", "w3", "w4"],
  version: async () => {
    const module = /proxy-wasm-go-sdk (\S+)/.exec(await readFile(join(source, "go.mod"), "utf8"));
    return `proxy-wasm-go-sdk ${module?.[1]}, ${await goVersion()}`;
  },
  build: async () => {
    for (const workload of go.workloads)
      await buildGo(source, `./${workload}`, join(output, `${workload}.wasm`));
    return (workload) => join(output, `${workload}.wasm`);
  },
};
