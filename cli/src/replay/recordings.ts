import { readdir } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import {
  fillMissingBodies,
  openRecording,
  type PluginConfig,
  type RecordedItem,
  type SkippedEntry,
} from "as-proxy-wasm-sim";
import { CliError, usageError } from "../errors.js";

/** What stands in recordings, in order: a file, then what is in it. */
export type RecordingItem =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "item"; readonly item: RecordedItem }
  | { readonly kind: "skipped"; readonly entry: SkippedEntry };

export interface RecordingOptions {
  /** Ids of the streams and connections that are wanted; none: all. What happens to the process is replayed in any case. */
  readonly only: readonly string[];
  readonly fillMissingBodies: boolean;
}

/** The files that were named, else everything in the project's `recordings/`. */
export async function findRecordings(named: readonly string[], folder: string): Promise<readonly string[]> {
  if (named.length > 0) return named;
  const recordings = join(folder, "recordings");
  const entries = await readdir(recordings, { withFileTypes: true }).catch(() => []);
  const files = entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith(".") && !entry.name.endsWith(".md"))
    .map((entry) => relative(process.cwd(), join(recordings, entry.name)))
    .sort();
  if (files.length > 0) return files;
  throw new CliError(
    "ERR_PROJECT",
    `there are no recordings in ${recordings}`,
    "put a HAR file there (a browser's network panel exports one), or name a recording",
  );
}

/**
 * Reads as it is asked to, and leaves out what has nothing to do with the plugin; throws at the end when an id was wanted that no
 * stream has.
 */
export async function* readRecordings(
  paths: readonly string[],
  options: RecordingOptions,
  plugin: Pick<PluginConfig, "name" | "kind">,
): AsyncGenerator<RecordingItem> {
  const missing = new Set(options.only);
  for (const path of paths) {
    const skipped: SkippedEntry[] = [];
    yield { kind: "file", path };
    for await (const item of openRecording(path, { onSkipped: (entry) => skipped.push(entry) })) {
      if ("id" in item) {
        missing.delete(item.id);
        if (options.only.length > 0 && !options.only.includes(item.id)) continue;
      }
      const reason = strangeness(item, plugin);
      if (reason !== null) skipped.push({ source: sourceOf(item, path), reason });
      else yield { kind: "item", item: prepared(item, options, plugin) };
    }
    for (const entry of skipped) yield { kind: "skipped", entry };
  }
  const [unknown] = missing;
  if (unknown === undefined) return;
  throw usageError(
    `no stream has the id ${unknown}`,
    `run replay without --only to see the ids in ${paths.join(", ")}`,
  );
}

/** Why an item says nothing about the plugin; null: it does. */
function strangeness(
  item: RecordedItem,
  { name, kind = "http" }: Pick<PluginConfig, "name" | "kind">,
): string | null {
  if ("request" in item && kind === "network")
    return "it is an HTTP stream, and the filter is one of TCP connections";
  if ("events" in item && kind === "http")
    return "it is a TCP connection, and the filter is one of HTTP streams";
  if ("update" in item && !item.update.some(({ plugin }) => plugin === name)) {
    const names = item.update.map(({ plugin }) => JSON.stringify(plugin)).join(", ");
    return `it updates the plugin ${names}, and the filter is ${JSON.stringify(name)}`;
  }
  return null;
}

function sourceOf(item: RecordedItem, path: string): string {
  return ("id" in item ? item.source : undefined) ?? basename(path);
}

function prepared(
  item: RecordedItem,
  { fillMissingBodies: fills }: RecordingOptions,
  { name }: Pick<PluginConfig, "name">,
): RecordedItem {
  if ("request" in item) return fills ? fillMissingBodies(item) : item;
  return "update" in item ? { ...item, update: item.update.filter(({ plugin }) => plugin === name) } : item;
}
