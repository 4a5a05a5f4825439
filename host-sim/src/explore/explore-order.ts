/** Lets the upstream answer before it has the whole request, and looks for an outcome that depends on it. */
import type { RecordedMessage, RecordedStream, StreamStep } from "../recording/recorded-stream.js";
import type { DifferenceFinding } from "./finding.js";
import type { Laboratory } from "./laboratory.js";
import { outcomeDifferences, outcomeLines } from "../check/outcome-lines.js";
import type { Random } from "../random.js";

/** Null: the outcome is always the same, but for what changes without the filter too. */
export async function exploreOrder(
  { laboratory, idle }: { readonly laboratory: Laboratory; readonly idle: Laboratory },
  stream: RecordedStream,
  random: Random,
  runs: number,
): Promise<DifferenceFinding | null> {
  if (stream.response === null) return null;
  const pieces = { request: pieceCount(stream.request), response: pieceCount(stream.response) };
  // A request of one piece is there before anything can be answered.
  if (pieces.request < 2) return null;
  const expected = outcomeLines(await laboratory.run(stream));
  const expectedIdle = outcomeLines(await idle.run(stream));
  for (const order of orders(pieces, random, runs)) {
    const reordered = { ...stream, order };
    const withoutFilter = outcomeDifferences(expectedIdle, outcomeLines(await idle.run(reordered)));
    if (withoutFilter.length > 0) continue;
    const differences = outcomeDifferences(expected, outcomeLines(await laboratory.run(reordered))).filter(
      // After the end of the answer nobody waits for the rest of a request that a filter still holds.
      (line) => !endsEarly(order) || !/^[-+] the upstream got/.test(line),
    );
    if (differences.length === 0) continue;
    return {
      kind: "order",
      streamId: stream.id,
      change: `the pieces come in the order ${order.join(", ")}`,
      differences,
      stream: reordered,
    };
  }
  return null;
}

function endsEarly(order: readonly StreamStep[]): boolean {
  return order.at(-1) === "request";
}

/** Its headers, its chunks, and its trailers or, where a body ends without, its end. */
function pieceCount({ body, trailers }: RecordedMessage): number {
  const chunks = body.kind === "recorded" ? body.chunks.length : 1;
  return chunks === 0 && trailers === null ? 1 : 2 + chunks;
}

/** The response's first piece, or all of it, after each piece of the request; then mixed at random. */
function* orders(
  pieces: { readonly request: number; readonly response: number },
  random: Random,
  runs: number,
): Iterable<readonly StreamStep[]> {
  const of = (step: "request" | "response", count: number): StreamStep[] =>
    Array.from({ length: count }, () => step);
  for (let before = 1; before < pieces.request; before++) {
    const rest = of("request", pieces.request - before);
    // The beginning of the answer early, then all of it: without its end Envoy still waits for the request.
    for (const early of new Set([1, pieces.response]))
      yield [
        ...of("request", before),
        ...of("response", early),
        ...rest,
        ...of("response", pieces.response - early),
      ];
  }
  for (let run = 0; run < runs; run++) {
    const left = { ...pieces };
    const order: StreamStep[] = ["request"];
    left.request--;
    while (left.request + left.response > 0) {
      const step = random.below(left.request + left.response) < left.request ? "request" : "response";
      left[step]--;
      order.push(step);
    }
    yield order;
  }
}
