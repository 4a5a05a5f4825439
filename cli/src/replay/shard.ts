import { usageError } from "../errors.js";

/** One of several machines that share a recording. */
export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly count: number;
}

/** `2/4`, as CI systems number the jobs of a matrix. */
export function parseShard(text: string): Shard {
  const [, index = NaN, count = NaN] = (/^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? []).map(Number);
  if (index >= 1 && index <= count) return { index, count };
  throw usageError(`--shard ${text} is no part of a whole`, "write --shard 2/4 for the second of four");
}

/** Sessions go round the shards, so that each gets its part of every kind of stream. */
export function belongsTo(shard: Shard | null, session: number): boolean {
  return shard === null || session % shard.count === shard.index - 1;
}
