import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { command } from "./command.js";
import { cache, filters } from "./folders.js";
import type { Sdk } from "./sdk.js";

const INSTALL = "Go 1.24 or newer is missing: install it from go.dev or your distribution";

const source = join(filters, "go");
const output = join(cache, "go");

export const go: Sdk = {
  name: "go",
  workloads: ["w1", "w2", "w3", "w4"],
  version: async () => {
    const module = /proxy-wasm-go-sdk (\S+)/.exec(await readFile(join(source, "go.mod"), "utf8"));
    return `proxy-wasm-go-sdk ${module?.[1]}, ${await command("go", ["version"], { missing: INSTALL })}`;
  },
  build: async () => {
    for (const workload of go.workloads) {
      await command(
        "go",
        ["build", "-buildmode=c-shared", "-o", join(output, `${workload}.wasm`), `./${workload}`],
        {
          cwd: source,
          env: { GOOS: "wasip1", GOARCH: "wasm", GOFLAGS: "-mod=readonly" },
          missing: INSTALL,
        },
      );
    }
    return (workload) => join(output, `${workload}.wasm`);
  },
};
