import { rechunked, type SkippedEntry } from "as-proxy-wasm-sim";
import { defineCommand, json, list, many, value } from "../command.js";
import { usageError } from "../errors.js";
import { CalloutAnswers, calloutOptions } from "../recording/callout-answers.js";
import { EventFile } from "../recording/event-file.js";
import { chunking, wholeNumber, wireForm } from "../recording/import-options.js";
import { importRecordings } from "../recording/import-recordings.js";
import { chosenRedaction, redactionOptions } from "../recording/redaction-options.js";
import { printable } from "../terminal.js";

export const importCommand = defineCommand({
  name: "import",
  summary: "make an event file of HAR, Envoy tap or event files, without their secrets",
  arguments: { recordings: many("HAR, Envoy tap or event files") },
  options: {
    output: value("FILE", "the event file to write, such as site.stream.jsonl", "o"),
    ...redactionOptions,
    only: list("ID", "this stream alone; repeatable"),
    limit: value("N", "no more than so many streams"),
    chunk: value("HOW", "cut bodies anew: a number of bytes, whole, lines or random"),
    seed: value("N", "where --chunk random cuts (default: 1)"),
    ...calloutOptions,
    wire: value("HOW", "response bodies that a HAR has unpacked: drop their coding (default), or recompress"),
    json,
  },
  async run(input, terminal) {
    if (input.recordings.length === 0)
      throw usageError("there is nothing to import", "name a HAR, an Envoy tap or an event file");
    if (input.output === undefined)
      throw usageError("--output is missing", "say where the event file goes: -o site.stream.jsonl");
    const skipped: SkippedEntry[] = [];
    const seed = input.seed === undefined ? 1 : wholeNumber(input.seed, "--seed");
    const answers = CalloutAnswers.chosen(input);
    const cut = input.chunk === undefined ? null : rechunked(chunking(input.chunk), seed);
    const choice = {
      only: input.only,
      limit: input.limit === undefined ? Infinity : wholeNumber(input.limit, "--limit"),
      redaction: chosenRedaction(input),
      answers,
      rechunk: cut ?? ((stream) => stream),
      open: {
        onSkipped: (entry: SkippedEntry) => void skipped.push(entry),
        ...(input.wire === undefined ? {} : { wire: wireForm(input.wire) }),
      },
    } satisfies Parameters<typeof importRecordings>[2];

    const file = await EventFile.create(input.output);
    try {
      const { notes, missingBodies } = await importRecordings(input.recordings, file, choice);
      if (file.items === 0 && input.only.length > 0) {
        throw usageError(`no stream has the id ${input.only[0]}`, "import without --only to see the ids");
      }
      await file.finish();
      for (const [note, count] of notes)
        terminal.note(`note: ${printable(note)}${count > 1 ? ` (${count} streams)` : ""}`);
      for (const note of answers?.notes ?? []) terminal.note(`note: ${printable(note)}`);
      for (const [reason, count] of counted(skipped)) terminal.note(`skipped ${count}: ${printable(reason)}`);
      if (missingBodies > 0)
        terminal.note(
          `${missingBodies} ${missingBodies === 1 ? "stream lacks" : "streams lack"} a body; replay --fill-missing-bodies puts placeholder bytes there`,
        );
      terminal.note(`wrote ${input.output}: ${file.items} ${file.items === 1 ? "item" : "items"}`);
      if (input.json)
        terminal.json({ file: input.output, items: file.items, skipped: skipped.length, missingBodies });
      return 0;
    } catch (error) {
      await file.discard();
      throw error;
    }
  },
});

function counted(skipped: readonly SkippedEntry[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { reason } of skipped) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return counts;
}
