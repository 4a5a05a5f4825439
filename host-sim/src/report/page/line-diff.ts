/** A text beside another, line by line, with what stayed folded away. */

export interface DiffLine {
  readonly change: "same" | "added" | "removed" | "skipped";
  readonly text: string;
}

/** The table of the comparison has lines × lines cells. */
const maxLines = 1500;
const context = 3;

/** Null: the texts are too long to compare. */
export function lineDiff(before: string, after: string): readonly DiffLine[] | null {
  const [from, to] = [before.split("\n"), after.split("\n")];
  let start = 0;
  while (start < from.length && start < to.length && from[start] === to[start]) start += 1;
  let [fromEnd, toEnd] = [from.length, to.length];
  while (fromEnd > start && toEnd > start && from[fromEnd - 1] === to[toEnd - 1]) {
    fromEnd -= 1;
    toEnd -= 1;
  }
  const [fromMiddle, toMiddle] = [from.slice(start, fromEnd), to.slice(start, toEnd)];
  if (fromMiddle.length > maxLines || toMiddle.length > maxLines) return null;
  return folded([
    ...from.slice(0, start).map(same),
    ...middle(fromMiddle, toMiddle),
    ...from.slice(fromEnd).map(same),
  ]);
}

function same(text: string): DiffLine {
  return { change: "same", text };
}

/** By the longest common subsequence: `table[i][j]` is how many lines the rests from i and j have in common. */
function middle(from: readonly string[], to: readonly string[]): readonly DiffLine[] {
  const table = Array.from({ length: from.length + 1 }, () => new Uint16Array(to.length + 1));
  for (let i = from.length - 1; i >= 0; i -= 1) {
    for (let j = to.length - 1; j >= 0; j -= 1) {
      table[i]![j] =
        from[i] === to[j] ? table[i + 1]![j + 1]! + 1 : Math.max(table[i + 1]![j]!, table[i]![j + 1]!);
    }
  }
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < from.length || j < to.length) {
    if (i < from.length && j < to.length && from[i] === to[j]) {
      lines.push(same(from[i]!));
      i += 1;
      j += 1;
    } else if (j >= to.length || (i < from.length && table[i + 1]![j]! >= table[i]![j + 1]!)) {
      lines.push({ change: "removed", text: from[i++]! });
    } else lines.push({ change: "added", text: to[j++]! });
  }
  return lines;
}

function folded(lines: readonly DiffLine[]): readonly DiffLine[] {
  const isNear = lines.map((_, index) =>
    lines.slice(Math.max(0, index - context), index + context + 1).some(({ change }) => change !== "same"),
  );
  const shown: DiffLine[] = [];
  let skipped = 0;
  const flush = (): void => {
    if (skipped > 0) shown.push({ change: "skipped", text: skipped === 1 ? "1 line" : `${skipped} lines` });
    skipped = 0;
  };
  for (const [index, line] of lines.entries()) {
    if (!isNear[index]) {
      skipped += 1;
      continue;
    }
    flush();
    shown.push(line);
  }
  flush();
  return shown;
}
