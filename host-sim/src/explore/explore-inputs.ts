/** Damages a recorded stream as careless and malicious senders do, and looks for what a filter does not survive. */
import type { RecordedStream } from "../recording/recorded-stream.js";
import { applyEdits, randomEdits, type Edit } from "./edit.js";
import { explorePieces } from "./explore-pieces.js";
import { failureOf, type Failure } from "./failure.js";
import type { DifferenceFinding, FailureFinding } from "./finding.js";
import type { Laboratory } from "./laboratory.js";
import { bodyLength } from "./pieces.js";
import { Random } from "./random.js";
import { shrinkStream } from "./shrink-stream.js";

export interface InputSearch {
  readonly laboratory: Laboratory;
  /** The same without the filter. */
  readonly idle: Laboratory;
  readonly seed: number;
  /** Damaged streams to make. */
  readonly runs: number;
  /** What was found before: each failure is told once. */
  readonly known: Set<string>;
}

/** One in so many damaged streams is also run in pieces. */
const inPiecesOneIn = 8;

export async function* exploreInputs(
  stream: RecordedStream,
  search: InputSearch,
): AsyncGenerator<FailureFinding | DifferenceFinding> {
  const asRecorded = await failure(stream, search);
  if (asRecorded !== null) {
    const finding = await tell(stream, [], asRecorded, search);
    if (finding !== null) yield finding;
  }
  for (let run = 0; run < search.runs; run++) {
    // Each has a seed of its own, so that it can be made again without those before it.
    const random = new Random(search.seed + Math.imul(run, 0x61c88647));
    const edits = randomEdits(stream, random);
    const damaged = applyEdits(stream, edits);
    const found = await failure(damaged, search);
    if (found !== null) {
      const finding = await tell(stream, edits, found, search);
      if (finding !== null) yield finding;
    } else if (bodyLength(damaged, "request") > 1 && random.oneIn(inPiecesOneIn)) {
      const difference = await explorePieces(search.laboratory, damaged, random, 2, { onlyRandom: true });
      if (difference === null || search.known.has("pieces")) continue;
      search.known.add("pieces");
      yield { ...difference, change: [...edits.map(({ text }) => text), difference.change].join("; ") };
    }
  }
}

async function failure(stream: RecordedStream, { laboratory, idle }: InputSearch): Promise<Failure | null> {
  const found = failureOf(await laboratory.run(stream));
  if (found?.kind !== "stall") return found;
  return failureOf(await idle.run(stream))?.kind === "stall" ? null : found;
}

/** Null: it is known. */
async function tell(
  stream: RecordedStream,
  edits: readonly Edit[],
  { kind, explanation, key }: Failure,
  search: InputSearch,
): Promise<FailureFinding | null> {
  if (search.known.has(key)) return null;
  search.known.add(key);
  const fails = async (candidate: RecordedStream) => (await failure(candidate, search))?.key === key;
  const needed = await fewestEdits(edits, (fewer) => fails(applyEdits(stream, fewer)));
  const smallest = await shrinkStream(applyEdits(stream, needed), fails);
  return {
    kind,
    streamId: stream.id,
    changes: needed.map(({ text }) => text),
    explanation,
    stream: smallest,
  };
}

async function fewestEdits(
  edits: readonly Edit[],
  fail: (edits: readonly Edit[]) => Promise<boolean>,
): Promise<readonly Edit[]> {
  let fewest = edits;
  for (let at = 0; at < fewest.length;) {
    const fewer = [...fewest.slice(0, at), ...fewest.slice(at + 1)];
    if (await fail(fewer)) fewest = fewer;
    else at++;
  }
  return fewest;
}
