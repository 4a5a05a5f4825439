import { basename, extname } from "node:path";
import { calloutClusters, loadFilter, type PluginConfig, type RecordedItem } from "as-proxy-wasm-sim";
import { compareHosts } from "as-proxy-wasm-sim/real-envoy";
import type { ExitCode } from "../command.js";
import { usageError } from "../errors.js";
import { openProject, requireStreams } from "../project/project.js";
import { readModule } from "../project/read-file.js";
import { readConfiguration } from "../replay/configuration.js";
import { findRecordings, readRecordings, type RecordingItem } from "../replay/recordings.js";
import type { Terminal } from "../terminal.js";
import { printComparison } from "./print-comparison.js";

export interface DiffEnvoyInput {
  readonly recordings: readonly string[];
  readonly project: string | undefined;
  readonly wasm: string | undefined;
  readonly rootId: string | undefined;
  readonly config: string | undefined;
  readonly noAllowOnHeadersStopIteration: boolean;
  readonly envoy: string | undefined;
  readonly only: readonly string[];
  readonly fillMissingBodies: boolean;
  readonly json: boolean;
}

/** Runs the recordings in the simulator and in a real Envoy, and prints the first difference. 1: there is one. */
export async function diffEnvoy(input: DiffEnvoyInput, terminal: Terminal): Promise<ExitCode> {
  const { plugin, folder } = await choosePlugin(input);
  const paths = folder === null ? input.recordings : await findRecordings(input.recordings, folder);
  if (paths.length === 0)
    throw usageError("no recording is named", "with --wasm, name the recordings to run");
  // A real Envoy has to know its clusters, and that it will be updated, before the first stream.
  const clusters = await calloutClusters(itemsOf(readRecordings(paths, input, plugin)));
  const comparison = await compareHosts(
    {
      plugins: [plugin],
      clusters,
      dynamicListeners: await hasUpdates(itemsOf(readRecordings(paths, input, plugin))),
      ...(input.envoy === undefined ? {} : { binary: input.envoy }),
    },
    itemsOf(readRecordings(paths, input, plugin)),
  );
  if (input.json) terminal.json({ filter: plugin.name, ...comparison });
  else printComparison(comparison, terminal);
  return comparison.difference === null ? 0 : 1;
}

/** The filter of the project, or the module that was named, whatever it was written in. */
async function choosePlugin(
  input: DiffEnvoyInput,
): Promise<{ readonly plugin: PluginConfig; readonly folder: string | null }> {
  const configuration = input.config === undefined ? undefined : await readConfiguration(input.config);
  if (input.wasm === undefined) {
    const project = await openProject(input.project);
    requireStreams(project);
    const plugin = await loadFilter(project.manifestPath, {
      ...(configuration === undefined ? {} : { configuration }),
      ...(input.noAllowOnHeadersStopIteration ? { allowOnHeadersStopIteration: false } : {}),
    });
    return { plugin, folder: project.folder };
  }
  const plugin: PluginConfig = {
    name: basename(input.wasm, extname(input.wasm)),
    rootId: input.rootId ?? "",
    vmConfig: {
      vmId: "",
      code: await readModule(input.wasm, "name the compiled module"),
      configuration: null,
    },
    configuration: configuration ?? null,
    allowOnHeadersStopIteration: !input.noAllowOnHeadersStopIteration,
  };
  return { plugin, folder: null };
}

async function* itemsOf(items: AsyncIterable<RecordingItem>): AsyncGenerator<RecordedItem> {
  for await (const item of items) if (item.kind === "item") yield item.item;
}

async function hasUpdates(items: AsyncIterable<RecordedItem>): Promise<boolean> {
  for await (const item of items) if ("update" in item) return true;
  return false;
}
