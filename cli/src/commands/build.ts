import { relative } from "node:path";
import { gzipSync } from "node:zlib";
import { inspectModule } from "as-proxy-wasm-sim";
import { defineCommand, flag, json, optional } from "../command.js";
import { buildModule } from "../compiler/build-module.js";
import { moduleNames, problemSentence } from "../module/module-names.js";
import { openProject } from "../project/project.js";
import { duration, printable, size, table } from "../terminal.js";

export const build = defineCommand({
  name: "build",
  summary: "compile the filter to WebAssembly",
  arguments: { dir: optional("the project's folder (default: .)") },
  options: {
    debug: flag("keep names in the module, do not optimise"),
    coverage: flag("count what runs, for tests: writes NAME.coverage.wasm, which is not for shipping"),
    json,
  },
  async run({ dir, debug, coverage, json }, terminal) {
    const project = await openProject(dir);
    const started = performance.now();
    const built = await buildModule(project, { debug, coverage }, terminal);
    if (built === null) return 1;
    const { file, wasm } = built;
    const milliseconds = performance.now() - started;

    const report = inspectModule(wasm);
    // What it says is about Envoy.
    const problems = project.manifest.target === "envoy" ? report.problems : [];
    const { exports, imports } = moduleNames(report);
    const bytes = wasm.byteLength;
    const gzipBytes = gzipSync(wasm, { level: 9 }).byteLength;
    if (json) {
      terminal.json({
        wasm: file,
        debug,
        coverage,
        bytes,
        gzipBytes,
        milliseconds,
        exports,
        imports,
        problems,
      });
    } else {
      const path = relative(process.cwd(), file);
      terminal.out(
        `${terminal.style("bold", path)}  ${size(bytes)}, ${size(gzipBytes)} gzipped, in ${duration(milliseconds * 1e6)}`,
      );
      terminal.out(
        table([
          ["exports", exports.join(" ")],
          ["imports", imports.join(" ")],
        ]),
      );
    }
    for (const problem of problems) {
      terminal.note(`error: Envoy would not load it: ${printable(problemSentence(problem))}`);
    }
    return problems.length === 0 ? 0 : 1;
  },
});
