/** What a filter did to a body: its sizes, and for text the lines that differ. */
import type { RecordedBody } from "as-proxy-wasm-sim";

export interface BodyChange {
  /** Bytes; null: the recording lacks the body and does not tell. */
  readonly from: number | null;
  readonly to: number | null;
  /** Null: one of the two is missing, not text, or too long to compare. */
  readonly lines: readonly LineChange[] | null;
}

/** One line that went or came; `skipped` stands for lines that stayed, `truncated` for changes not shown. */
export interface LineChange {
  readonly kind: "added" | "removed" | "skipped" | "truncated";
  readonly text: string;
}

/** The table of the comparison has lines × lines cells. */
const MAX_LINES = 500;
const MAX_BYTES = 256 * 1024;
const MAX_SHOWN = 24;

export function bodyChange(before: RecordedBody, after: RecordedBody): BodyChange | null {
  if (before.kind === "missing" || after.kind === "missing") {
    // What nobody recorded cannot be told to have changed; that it came or went can.
    return before.kind === after.kind ? null : { from: bodySize(before), to: bodySize(after), lines: null };
  }
  const [bytesBefore, bytesAfter] = [Buffer.concat(before.chunks), Buffer.concat(after.chunks)];
  if (bytesBefore.equals(bytesAfter)) return null;
  const [from, to] = [linesOf(bytesBefore), linesOf(bytesAfter)];
  return {
    from: bytesBefore.byteLength,
    to: bytesAfter.byteLength,
    lines: from === null || to === null ? null : shorten(lineChanges(from, to)),
  };
}

export function bodySize(body: RecordedBody): number | null {
  if (body.kind === "missing") return body.size;
  return body.chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true });

function linesOf(bytes: Uint8Array): readonly string[] | null {
  if (bytes.byteLength > MAX_BYTES || bytes.includes(0)) return null;
  try {
    const text = strictUtf8.decode(bytes);
    const lines = text === "" ? [] : text.replace(/\n$/, "").split("\n");
    return lines.length > MAX_LINES ? null : lines;
  } catch {
    return null;
  }
}

/** By the longest common subsequence: a line stays, goes or comes. */
function lineChanges(before: readonly string[], after: readonly string[]): LineChange[] {
  const common = commonLengths(before, after);
  const changes: LineChange[] = [];
  let stayed = 0;
  const change = (kind: "added" | "removed", text: string): void => {
    if (stayed > 0 && changes.length > 0) changes.push({ kind: "skipped", text: lineCount(stayed) });
    stayed = 0;
    changes.push({ kind, text });
  };
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      stayed += 1;
      i += 1;
      j += 1;
    } else if (j >= after.length || (i < before.length && common[i + 1]![j]! >= common[i]![j + 1]!)) {
      change("removed", before[i++]!);
    } else change("added", after[j++]!);
  }
  return changes;
}

/** `table[i][j]`: how many lines the rests from i and from j have in common. */
function commonLengths(before: readonly string[], after: readonly string[]): readonly Uint16Array[] {
  const table = Array.from({ length: before.length + 1 }, () => new Uint16Array(after.length + 1));
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      table[i]![j] =
        before[i] === after[j] ? table[i + 1]![j + 1]! + 1 : Math.max(table[i + 1]![j]!, table[i]![j + 1]!);
    }
  }
  return table;
}

function shorten(changes: readonly LineChange[]): readonly LineChange[] {
  if (changes.length <= MAX_SHOWN) return changes;
  const hidden = changes.length - MAX_SHOWN;
  return [...changes.slice(0, MAX_SHOWN), { kind: "truncated", text: `${lineCount(hidden)} more` }];
}

function lineCount(count: number): string {
  return count === 1 ? "1 line" : `${count} lines`;
}
