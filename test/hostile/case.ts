import type { Bench } from "./bench.js";
import type { RowId } from "./rows.js";

/** One input, or one mistake, and what is right. */
export interface Case {
  /** The row of the table that it counts in. */
  readonly row: RowId;
  /** Unique; printed. */
  readonly name: string;
  /** Whose filter is asked for 100 good answers afterwards. Null: the case has an Envoy of its own and asks by itself. */
  readonly station: string | null;
  /** Other filters that take part; the case asks them by itself. */
  readonly others?: readonly string[];
  /** Does it; throws `Wrong` when something comes out that is not right. */
  run(bench: Bench): Promise<void>;
}

/** Something came out that is not right. */
export class Wrong extends Error {
  override readonly name = "Wrong";
}

/** The filter does not serve any more. */
export class Dead extends Error {
  override readonly name = "Dead";
}

export function wrong(message: string): never {
  throw new Wrong(message);
}

/** Compares by value. */
export function equal(actual: unknown, expected: unknown, what: string): void {
  const [left, right] = [show(actual), show(expected)];
  if (left !== right) wrong(`${what} is ${shorten(left)}, not ${shorten(right)}`);
}

export function truth(condition: boolean, message: string): void {
  if (!condition) wrong(message);
}

function show(value: unknown): string {
  if (value === undefined) return "nothing";
  return JSON.stringify(Buffer.isBuffer(value) ? value.toString("latin1") : value);
}

const shorten = (text: string) =>
  text.length > 300 ? `${text.slice(0, 300)}… (${text.length} characters)` : text;
