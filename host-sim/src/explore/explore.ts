import { idlePlugin } from "../envoy/idle-plugin.js";
import type { EnvoyOptions } from "../envoy/envoy-options.js";
import type { RecordedStream } from "../recording/recorded-stream.js";
import { exploreGrowth } from "./explore-growth.js";
import { exploreInputs } from "./explore-inputs.js";
import { exploreOrder } from "./explore-order.js";
import { explorePieces } from "./explore-pieces.js";
import type { Finding } from "./finding.js";
import { Laboratory } from "./laboratory.js";
import { Random } from "../random.js";

/** What to look for. */
export type Search = "pieces" | "order" | "inputs" | "growth";

export interface ExploreOptions {
  /** The same seed tries the same things. */
  readonly seed: number;
  /** Default: all. */
  readonly searches?: readonly Search[];
  /** Random cuts, orders and damaged streams for each recorded one. Default 200. */
  readonly runs?: number;
  /** Replays of each stream that look for growth. Default 4000. */
  readonly replays?: number;
  /** Told before each search of each stream. */
  readonly onSearch?: (search: Search, stream: RecordedStream) => void;
}

/**
 * Looks for what a filter does wrong with streams like these: outcomes that depend on how a body is cut into pieces or on when the
 * upstream answers, inputs that make it trap, hang or never answer, memory that grows. Each finding comes when it is found, with the
 * smallest stream that shows it.
 *
 * ```ts
 * const plugins = [await loadFilter("filter.json")];
 * for await (const finding of explore({ plugins }, await readRecording("recordings/site.har"), { seed: 1 }))
 *   console.log(finding.kind, finding.stream);
 * ```
 *
 * Every stream runs in an Envoy of its own with `options`, but for those that look for growth. Clusters should answer the same calls
 * with the same answers.
 */
export async function* explore(
  options: EnvoyOptions,
  streams: Iterable<RecordedStream> | AsyncIterable<RecordedStream>,
  {
    seed,
    searches = ["pieces", "order", "inputs", "growth"],
    runs = 200,
    replays = 4_000,
    onSearch,
  }: ExploreOptions,
): AsyncGenerator<Finding> {
  const laboratory = new Laboratory(options);
  const idle = new Laboratory({ ...options, plugins: [idlePlugin] });
  const known = new Set<string>();
  for await (const stream of streams) {
    for (const search of searches) {
      onSearch?.(search, stream);
      const random = new Random(seed);
      switch (search) {
        case "pieces":
          for (const finding of found(await explorePieces(laboratory, stream, random, runs))) {
            // Damaged streams would show the same once more.
            known.add("pieces");
            yield finding;
          }
          break;
        case "order":
          yield* found(await exploreOrder({ laboratory, idle }, stream, random, runs));
          break;
        case "inputs":
          yield* exploreInputs(stream, { laboratory, idle, seed, runs, known });
          break;
        case "growth":
          yield* found(await exploreGrowth(options, stream, replays));
          break;
      }
    }
  }
}

function found(finding: Finding | null): readonly Finding[] {
  return finding === null ? [] : [finding];
}
