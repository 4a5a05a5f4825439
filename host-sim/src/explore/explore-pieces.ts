/** Runs a stream with its bodies cut into pieces everywhere, and looks for an outcome that depends on it. */
import type { RecordedStream } from "../recording/recorded-stream.js";
import type { DifferenceFinding } from "./finding.js";
import type { Laboratory } from "./laboratory.js";
import { outcomeDifferences, outcomeLines } from "../check/outcome-lines.js";
import { bodyLength, cutAt, whole, type Cuts } from "./pieces.js";
import type { Random } from "../random.js";

/** Bodies up to this length are cut in all 2^(n-1) ways. */
const allWaysUpTo = 7;
/** Of longer ones up to this length, every place for one cut is tried. */
const everyCutUpTo = 512;

/** Null: the outcome is always the same. */
export async function explorePieces(
  laboratory: Laboratory,
  stream: RecordedStream,
  random: Random,
  runs: number,
  { onlyRandom = false } = {},
): Promise<DifferenceFinding | null> {
  const base = whole(stream);
  const expected = outcomeLines(await laboratory.run(base));
  for (const direction of ["request", "response"] as const) {
    const differs = async (cuts: Cuts) =>
      outcomeDifferences(expected, outcomeLines(await laboratory.run(cutAt(base, direction, cuts)))).length >
      0;
    for (const cuts of waysToCut(bodyLength(base, direction), random, runs, onlyRandom)) {
      if (!(await differs(cuts))) continue;
      const smallest = await fewestCuts(cuts, differs);
      const cut = cutAt(base, direction, smallest);
      return {
        kind: "pieces",
        streamId: stream.id,
        change: `the ${direction}'s body is cut after ${listOf(smallest)} of ${bodyLength(base, direction)} bytes`,
        differences: outcomeDifferences(expected, outcomeLines(await laboratory.run(cut))),
        stream: cut,
      };
    }
  }
  return null;
}

/** All of them for a short body; else each byte alone, one cut everywhere, and random ones. */
export function* waysToCut(length: number, random: Random, runs: number, onlyRandom = false): Iterable<Cuts> {
  if (length < 2) return;
  if (length <= allWaysUpTo && !onlyRandom) {
    for (let mask = 1; mask < 2 ** (length - 1); mask++)
      yield allCuts(length).filter((_cut, index) => (mask & (1 << index)) !== 0);
    return;
  }
  if (length <= everyCutUpTo && !onlyRandom) {
    yield allCuts(length);
    for (const cut of allCuts(length)) yield [cut];
  }
  for (let run = 0; run < runs; run++) {
    const number = 1 + random.below(Math.min(8, length - 1));
    const cuts = new Set(Array.from({ length: number }, () => 1 + random.below(length - 1)));
    yield [...cuts].sort((a, b) => a - b);
  }
}

function allCuts(length: number): number[] {
  return Array.from({ length: length - 1 }, (_unused, index) => index + 1);
}

/** Takes cuts away as long as the outcome differs: halves first, then one by one. */
async function fewestCuts(cuts: Cuts, differs: (cuts: Cuts) => Promise<boolean>): Promise<Cuts> {
  let fewest = cuts;
  for (let size = Math.ceil(fewest.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < fewest.length && fewest.length > 1;) {
      const candidate = [...fewest.slice(0, at), ...fewest.slice(at + size)];
      if (candidate.length > 0 && (await differs(candidate))) fewest = candidate;
      else at += size;
    }
  }
  return fewest;
}

function listOf(numbers: readonly number[]): string {
  return numbers.length === 1
    ? String(numbers[0])
    : `${numbers.slice(0, -1).join(", ")} and ${numbers.at(-1)}`;
}
