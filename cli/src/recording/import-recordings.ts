/** Recordings of any format and size into one event file. */
import { basename } from "node:path";
import {
  openRecording,
  type OpenRecordingOptions,
  type RecordedItem,
  type RecordedStream,
  type Redaction,
} from "as-proxy-wasm-sim";
import type { CalloutAnswers } from "./callout-answers.js";
import type { EventFile } from "./event-file.js";

export interface ImportChoice {
  /** Ids; empty: all streams. */
  readonly only: readonly string[];
  readonly limit: number;
  readonly redaction: Redaction;
  readonly rechunk: (stream: RecordedStream) => RecordedStream;
  /** Streams become answers of this cluster to callouts; null: they stay streams. */
  readonly answers: CalloutAnswers | null;
  readonly open: OpenRecordingOptions;
}

export interface ImportOutcome {
  /** Each sentence once, with how many streams it was said of. */
  readonly notes: ReadonlyMap<string, number>;
  readonly missingBodies: number;
}

export async function importRecordings(
  paths: readonly string[],
  file: EventFile,
  choice: ImportChoice,
): Promise<ImportOutcome> {
  const notes = new Map<string, number>();
  let missingBodies = 0;
  let left = choice.limit;
  for (const path of paths) {
    const prefix = paths.length > 1 ? `${idPart(basename(path))}:` : "";
    for await (const item of openRecording(path, choice.open)) {
      if (left === 0) return { notes, missingBodies };
      if ("id" in item && choice.only.length > 0 && !choice.only.includes(item.id)) continue;
      if (!("id" in item) && choice.only.length > 0) continue;
      if ("request" in item) {
        for (const note of item.notes) notes.set(note, (notes.get(note) ?? 0) + 1);
        if ([item.request, item.response].some((message) => message?.body.kind === "missing"))
          missingBodies += 1;
      }
      const written = prepared(item, prefix, choice);
      if (written === null) continue;
      await file.add(written);
      left -= 1;
    }
  }
  return { notes, missingBodies };
}

/** Null: it has no answer, or is nothing that answers. */
function prepared(
  item: RecordedItem,
  prefix: string,
  { redaction, rechunk, answers }: ImportChoice,
): RecordedItem | null {
  const redacted = redaction.item(item);
  if (answers !== null) return "request" in redacted ? answers.of(redacted) : null;
  if ("request" in redacted) return rechunk({ ...redacted, id: prefix + redacted.id });
  return "events" in redacted ? { ...redacted, id: prefix + redacted.id } : redacted;
}

/** Ids are visible ASCII without spaces. */
function idPart(name: string): string {
  return name.replace(/[^\x21-\x7e]/g, "_").slice(0, 100);
}
