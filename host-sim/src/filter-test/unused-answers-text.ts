import type { UnusedAnswer } from "./scripted-answers.js";

/** A table of scripted answers that were given fewer times than they are there for. */
export function unusedAnswersText(unused: readonly UnusedAnswer[]): string {
  const rows = [
    ["cluster", "calls", "given"],
    ...unused.map(({ cluster, calls, given, expected }) => [cluster, calls, `${given} of ${expected}`]),
  ];
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row.map((cell, column) => (column < 2 ? cell.padEnd(widths[column]!) : cell)).join("  "),
  );
  return ["Scripted answers that no filter asked for:", ...lines.map((line) => `  ${line}`)].join("\n");
}
