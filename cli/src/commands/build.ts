import { basename, relative } from "node:path";
import { gzipSync } from "node:zlib";
import { inspectModule } from "as-proxy-wasm-sim";
import { defineCommand, flag, json, optional } from "../command.js";
import { compile } from "../compiler/compile.js";
import { moduleNames, problemSentence } from "../module/module-names.js";
import { openProject } from "../project/project.js";
import { replaceFile } from "../project/replace-file.js";
import { duration, printable, size, table } from "../terminal.js";

export const build = defineCommand({
  name: "build",
  summary: "compile the filter to WebAssembly",
  arguments: { dir: optional("the project's folder (default: .)") },
  options: { debug: flag("keep names, write a source map, do not optimise"), json },
  async run({ dir, debug, json }, terminal) {
    const project = await openProject(dir);
    const started = performance.now();
    const compilation = await compile({
      folder: project.folder,
      entry: project.entry,
      fileName: basename(project.wasm),
      debug,
      target: project.manifest.target,
      colour: terminal.style("bold", "") !== "",
    });
    if (compilation.kind === "refused") {
      terminal.note(compilation.diagnostics);
      terminal.note(`error: ${project.manifest.entry} does not compile`);
      return 1;
    }
    if (compilation.warnings !== "") terminal.note(compilation.warnings);
    const { wasm, sourceMap } = compilation;
    await replaceFile(project.wasm, wasm);
    if (sourceMap !== null) await replaceFile(`${project.wasm}.map`, sourceMap);
    const milliseconds = performance.now() - started;

    const report = inspectModule(wasm);
    // What it says is about Envoy.
    const problems = project.manifest.target === "envoy" ? report.problems : [];
    const { exports, imports } = moduleNames(report);
    const bytes = wasm.byteLength;
    const gzipBytes = gzipSync(wasm, { level: 9 }).byteLength;
    if (json) {
      terminal.json({
        wasm: project.wasm,
        debug,
        bytes,
        gzipBytes,
        milliseconds,
        exports,
        imports,
        problems,
      });
    } else {
      const path = relative(process.cwd(), project.wasm);
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
