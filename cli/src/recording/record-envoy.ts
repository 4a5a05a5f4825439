/** `record --envoy`: two streaming taps around a filter in a real Envoy, joined into streams that say what the filter made of them. */
import { resolve } from "node:path";
import { readTapPairs, tapFilters } from "as-proxy-wasm-sim";
import { stringify } from "yaml";
import type { ExitCode } from "../command.js";
import { usageError } from "../errors.js";
import type { Terminal } from "../terminal.js";
import { EventFile } from "./event-file.js";
import { chosenRedaction } from "./redaction-options.js";

export interface RecordEnvoyInput {
  /** Where the taps write. */
  readonly folder: string;
  readonly printConfig: boolean;
  readonly output: string | undefined;
  readonly upstream: string | undefined;
  readonly redact: readonly string[];
  readonly keep: readonly string[];
  readonly json: boolean;
}

export async function recordEnvoy(input: RecordEnvoyInput, terminal: Terminal): Promise<ExitCode> {
  if (input.upstream !== undefined)
    throw usageError("--upstream and --envoy exclude each other", "Envoy has its own clusters");
  if (input.printConfig) {
    printTaps(input.folder, terminal);
    return 0;
  }
  if (input.output === undefined)
    throw usageError("--output is missing", "say where the event file goes: -o site.stream.jsonl");
  const redaction = chosenRedaction(input);
  const file = await EventFile.create(input.output);
  try {
    for await (const stream of readTapPairs(input.folder)) await file.add(redaction.item(stream));
    await file.finish();
  } catch (error) {
    await file.discard();
    throw error;
  }
  terminal.note(`wrote ${input.output}: ${file.items} ${file.items === 1 ? "stream" : "streams"}`);
  if (input.json) terminal.json({ file: input.output, streams: file.items });
  return 0;
}

function printTaps(folder: string, terminal: Terminal): void {
  const { before, behind } = tapFilters(resolve(folder));
  terminal.out("# In http_filters, in front of the filter:");
  terminal.out(stringify([before]).trimEnd());
  terminal.out("# and right behind it:");
  terminal.out(stringify([behind]).trimEnd());
  terminal.note(
    `make the folder ${resolve(folder)} where Envoy runs; the files have everything that passes, secrets too`,
  );
  terminal.note("send requests, stop Envoy, and run this again with -o FILE instead of --print-config");
}
