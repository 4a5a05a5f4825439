/** The partial results of all shards as the events of the replay in one piece, in the order of the recording. */
import type { SkippedEntry } from "as-proxy-wasm-sim";
import { CliError } from "../errors.js";
import type { ReplayHead } from "../replay/replay-output.js";
import type { ReplayEvent } from "../replay/replay-run.js";
import { type PartEnvoy, type PartEvent, type PartHead, readPart } from "./read-part.js";

export interface MergedReplay {
  readonly head: ReplayHead;
  /** What a person should know, one sentence each. */
  readonly warnings: readonly string[];
  readonly events: AsyncIterable<ReplayEvent>;
}

/**
 * Opens the parts and checks that they are those of one replay, all of them. With `describe` the events have what a report shows, and
 * a part without it is an error.
 */
export async function mergeParts(
  paths: readonly string[],
  { describe }: { readonly describe: boolean },
): Promise<MergedReplay> {
  const parts = await Promise.all(paths.map(openPart));
  parts.sort((one, other) => one.head.shard.index - other.head.shard.index);
  checkParts(parts);
  const { filter, streamsPerEnvoy } = parts[0]!.head;
  const times = [...new Set(parts.map(({ head }) => head.now))].sort();
  const warnings =
    times.length === 1
      ? []
      : [`the parts ran at different times, ${times[0]} to ${times.at(-1)}; give all of them the same --now`];
  return {
    head: { filter, streamsPerEnvoy, now: times[0]!, shard: null },
    warnings,
    events: merged(parts, describe),
  };
}

interface Part {
  readonly path: string;
  readonly head: PartHead;
  readonly events: AsyncIterator<PartEvent>;
  /** The next one; null at the end. */
  next: PartEvent | null;
}

async function openPart(path: string): Promise<Part> {
  const events = readPart(path)[Symbol.asyncIterator]();
  const first = await events.next();
  if (first.done === true || first.value.kind !== "head")
    throw new CliError("ERR_FILE", `${path}: is empty`, "merge what replay --shard I/N --json printed");
  const part: Part = { path, head: first.value.head, events, next: null };
  await advance(part);
  return part;
}

async function advance(part: Part): Promise<void> {
  const { done, value } = await part.events.next();
  part.next = done === true ? null : value;
}

function checkParts(parts: readonly Part[]): void {
  const [first] = parts;
  const { filter, streamsPerEnvoy, shard } = first!.head;
  for (const { path, head } of parts) {
    if (
      head.filter !== filter ||
      head.streamsPerEnvoy !== streamsPerEnvoy ||
      head.shard.count !== shard.count
    )
      throw different(first!.path, path);
  }
  const indices = new Set(parts.map(({ head }) => head.shard.index));
  for (let index = 1; index <= shard.count; index++) {
    if (indices.delete(index)) continue;
    throw new CliError("ERR_FILE", `part ${index} of ${shard.count} is missing`, "name all parts");
  }
  if (parts.length > shard.count)
    throw new CliError("ERR_FILE", "a part is there twice", "name each part once");
}

function different(one: string, other: string): CliError {
  return new CliError(
    "ERR_FILE",
    `${one} and ${other} are parts of different replays`,
    "give every shard the same filter, recordings and options",
  );
}

async function* merged(parts: readonly Part[], describe: boolean): AsyncGenerator<ReplayEvent> {
  const [first] = parts;
  while (first!.next?.kind === "file") {
    const { path } = first!.next;
    for (const part of parts) {
      if (part.next?.kind !== "file" || part.next.path !== path) throw different(first!.path, part.path);
      await advance(part);
    }
    yield { kind: "file", path };
    yield* mergedResults(parts, describe);
    const skipped = skippedOf(first!);
    for (const part of parts) {
      if (skippedOf(part)?.length !== skipped?.length) throw different(first!.path, part.path);
      await advance(part);
    }
    for (const entry of skipped ?? []) yield { kind: "skipped", entry };
  }
  const envoys: PartEnvoy[] = [];
  const fingerprint = fingerprintOf(first!);
  for (const part of parts) {
    if (fingerprintOf(part) !== fingerprint) throw different(first!.path, part.path);
    await advance(part);
    if (part.next?.kind !== "envoys") throw different(first!.path, part.path);
    envoys.push(...part.next.envoys);
    // To the end, where a part that was cut off shows.
    await advance(part);
  }
  envoys.sort((one, other) => one.envoy - other.envoy);
  for (const { envoy, ...end } of envoys) yield { kind: "envoy", envoy, end };
}

function skippedOf({ next }: Part): readonly SkippedEntry[] | null {
  return next?.kind === "skipped" ? next.entries : null;
}

function fingerprintOf({ next }: Part): string | null {
  return next?.kind === "fingerprint" ? next.hex : null;
}

/** Of one file: the streams of the next Envoy are all in one part. */
async function* mergedResults(parts: readonly Part[], describe: boolean): AsyncGenerator<ReplayEvent> {
  for (;;) {
    let next: { readonly part: Part; readonly event: Extract<PartEvent, { kind: "result" }> } | null = null;
    for (const part of parts) {
      const event = part.next;
      if (event?.kind === "result" && (next === null || event.result.envoy < next.event.result.envoy))
        next = { part, event };
    }
    if (next === null) return;
    const { result, described } = next.event;
    if (describe && described === undefined && result.kind === "stream") {
      throw new CliError(
        "ERR_FILE",
        `${next.part.path}: has nothing that a report could show`,
        "give every replay --shard I/N --json the option --report",
      );
    }
    yield { kind: "result", result, ...(described === undefined ? {} : { described }) };
    await advance(next.part);
  }
}
