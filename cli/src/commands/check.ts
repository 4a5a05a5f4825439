import { stat } from "node:fs/promises";
import { relative } from "node:path";
import { inspectModule } from "as-proxy-wasm-sim";
import { defineCommand, json, optional } from "../command.js";
import { moduleNames, problemSentence } from "../module/module-names.js";
import { openProject } from "../project/project.js";
import { readModule } from "../project/read-file.js";
import { printable, size, table } from "../terminal.js";

export const check = defineCommand({
  name: "check",
  summary: "say what a module exports and imports, and whether Envoy can load it",
  arguments: { module: optional("a .wasm file, or a project's folder (default: .)") },
  options: { json },
  async run({ module = ".", json }, terminal) {
    const { path, hint } = await locate(module);
    const wasm = await readModule(path, hint);
    const report = inspectModule(wasm);
    const { abiVersion, problems } = report;
    const { exports, imports } = moduleNames(report);
    const loads = problems.length === 0;
    if (json) {
      const { loadErrors } = report;
      terminal.json({
        wasm: path,
        bytes: wasm.byteLength,
        target: "envoy",
        loads,
        abiVersion,
        exports,
        imports,
        problems,
        loadErrors,
      });
      return loads ? 0 : 1;
    }
    const verdict = loads
      ? terminal.style("green", "loads in Envoy")
      : terminal.style("red", "does not load in Envoy");
    terminal.out(
      `${terminal.style("bold", relative(process.cwd(), path))}  ${size(wasm.byteLength)}, ${verdict}`,
    );
    terminal.out(
      table([
        ["abi", abiVersion ?? "none"],
        ["exports", printable(exports.join(" "))],
        ["imports", printable(imports.join(" "))],
      ]),
    );
    for (const problem of problems) terminal.out(`  problem  ${printable(problemSentence(problem))}`);
    return loads ? 0 : 1;
  },
});

/** A folder stands for the module that its filter.json names. */
async function locate(path: string): Promise<{ readonly path: string; readonly hint: string }> {
  const found = await stat(path).catch(() => undefined);
  if (path.endsWith("filter.json") || found?.isDirectory()) {
    return { path: (await openProject(path)).wasm, hint: "run as-proxy-wasm build first" };
  }
  return { path, hint: "name a .wasm file, or the folder of a filter.json" };
}
