import { loadFilter } from "as-proxy-wasm-sim";
import { defineCommand, flag, json, list, many, value } from "../command.js";
import { CliError } from "../errors.js";
import { newerSource } from "../project/newer-sources.js";
import { openProject, projectOption } from "../project/project.js";
import { readConfiguration } from "../replay/configuration.js";
import { jsonReport } from "../replay/json-report.js";
import { printReport, printStartFailure } from "../replay/print-report.js";
import { findRecordings, readRecordings } from "../replay/recordings.js";
import { replayRecordings } from "../replay/replay-recordings.js";
import { printable } from "../terminal.js";

export const replay = defineCommand({
  name: "replay",
  summary: "run recorded HTTP streams through the filter and show what it changes",
  arguments: { recordings: many("HAR, Envoy tap or event files (default: recordings/ of the project)") },
  options: {
    project: projectOption,
    config: value("FILE|JSON", "another configuration than filter.json's"),
    only: list("ID", "this stream alone; repeatable"),
    trace: flag("print every call between host and filter, as Envoy's wasm:trace does"),
    fillMissingBodies: flag("put placeholder bytes where a recording lacks a body"),
    noAllowOnHeadersStopIteration: flag(
      "run without allow_on_headers_stop_iteration, as Istio's WasmPlugin does",
    ),
    json,
  },
  async run(input, terminal) {
    const project = await openProject(input.project);
    const files = await readRecordings(await findRecordings(input.recordings, project.folder), input);
    const plugin = await loadFilter(project.manifestPath, {
      ...(input.config === undefined ? {} : { configuration: await readConfiguration(input.config) }),
      ...(input.noAllowOnHeadersStopIteration ? { allowOnHeadersStopIteration: false } : {}),
    });
    const newer = await newerSource(project);
    if (newer !== null) terminal.note(`warning: ${newer} is newer than the module; run as-proxy-wasm build`);

    const run = await replayRecordings(plugin, files);
    if (run.kind === "refused") {
      printStartFailure(run, terminal);
      if (input.json) terminal.json({ filter: plugin.name, started: false, error: run.error.message });
      throw new CliError("ERR_REPLAY", `Envoy would not start with ${plugin.name}`, run.error.hint, {
        cause: run.error,
      });
    }
    for (const warning of run.warnings) terminal.note(`warning: ${printable(warning)}`);
    if (input.json) terminal.json(jsonReport(run, { trace: input.trace }));
    else printReport(run, { trace: input.trace }, terminal);
    return run.failed ? 1 : 0;
  },
});
