import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { loadRecording } from "./open-recording.js";
import { RecordingError } from "./recording-error.js";
import type { RecordedStream } from "./recorded-stream.js";
import { joinTaps } from "./tap-pair.js";

const TAP_FILE = /^(before|behind)_(\d+)\.(json|pb_length_delimited)$/;

/**
 * The streams that the two taps of `tapFilters` wrote into a folder, one file for each stream and tap, joined with what the filter
 * between them made of each as the expectation. In the order of Envoy's stream ids, which tells nothing.
 */
export async function* readTapPairs(folder: string): AsyncGenerator<RecordedStream, void, undefined> {
  const files = new Map<string, { before?: string; behind?: string }>();
  for (const name of (await readdir(folder)).sort()) {
    const [, place, id] = TAP_FILE.exec(name) ?? [];
    if (place !== "before" && place !== "behind") continue;
    files.set(id!, { ...files.get(id!), [place]: join(folder, name) });
  }
  if (files.size === 0) {
    throw new RecordingError(
      "ERR_RECORDING_NOT_FOUND",
      `${folder}: has no files of the two taps, such as before_1.pb_length_delimited`,
      {
        hint: "Put both taps around the filter, and stop Envoy or close its connections before the files are read.",
      },
    );
  }
  for (const [id, { before, behind }] of files) {
    if (before === undefined) continue;
    const [first] = (await loadRecording(before)).streams;
    if (first === undefined) continue;
    const [second = null] = behind === undefined ? [] : (await loadRecording(behind)).streams;
    yield { ...joinTaps(first, second), id: `trace-${id}` };
  }
}
