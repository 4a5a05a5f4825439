/** Damages a recorded stream as careless and malicious senders do, and looks for what a filter does not survive. */
import type { RecordedStream } from "../recording/recorded-stream.js";
import { applyEdits, randomEdits, singleEdits, type Edit } from "./edit.js";
import { explorePieces } from "./explore-pieces.js";
import { failureOf, type Failure } from "./failure.js";
import type { DifferenceFinding, FailureFinding } from "./finding.js";
import type { Laboratory } from "./laboratory.js";
import { bodyLength } from "./pieces.js";
import { Random } from "../random.js";
import { shrinkStream } from "./shrink-stream.js";

export interface InputSearch {
  readonly laboratory: Laboratory;
  /** The same without the filter. */
  readonly idle: Laboratory;
  readonly seed: number;
  /** Streams with several edits at once to make at random, after all with one. */
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
  yield* tried(stream, [], search);
  for (const edit of singleEdits(stream)) yield* tried(stream, [edit], search);
  for (let run = 0; run < search.runs; run++) {
    // Each has a seed of its own, so that it can be made again without those before it.
    const random = new Random(search.seed + Math.imul(run, 0x61c88647));
    const edits = randomEdits(stream, random);
    yield* tried(stream, edits, search);
    const damaged = applyEdits(stream, edits);
    if (bodyLength(damaged, "request") < 2 || !random.once(inPiecesOneIn)) continue;
    const difference = await explorePieces(search.laboratory, damaged, random, 2, { onlyRandom: true });
    if (difference === null || search.known.has("pieces")) continue;
    search.known.add("pieces");
    yield { ...difference, change: [...edits.map(({ text }) => text), difference.change].join("; ") };
  }
}

/** The stream with these edits; a failure that was found before is not told again. */
async function* tried(
  stream: RecordedStream,
  edits: readonly Edit[],
  search: InputSearch,
): AsyncGenerator<FailureFinding> {
  const found = await failure(applyEdits(stream, edits), search);
  if (found === null || search.known.has(found.key)) return;
  search.known.add(found.key);
  yield await tell(stream, edits, found, search);
}

async function failure(stream: RecordedStream, { laboratory, idle }: InputSearch): Promise<Failure | null> {
  const found = failureOf(await laboratory.run(stream));
  // The limit is real time: once may be the machine's fault.
  if (found?.kind === "timeout") return failureOf(await laboratory.run(stream));
  if (found?.kind !== "stall") return found;
  return failureOf(await idle.run(stream))?.kind === "stall" ? null : found;
}

async function tell(
  stream: RecordedStream,
  edits: readonly Edit[],
  { kind, explanation, key }: Failure,
  search: InputSearch,
): Promise<FailureFinding> {
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
