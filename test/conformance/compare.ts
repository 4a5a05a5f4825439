import { groups, type Group, type Transcript } from "./transcript.js";

/** One comparison that did not come out equal. */
export interface Difference {
  readonly group: Group;
  /** The first diverging line with its surroundings, for a person. */
  readonly report: string;
}

const SURROUNDINGS = 5;

export interface Side {
  readonly name: string;
  readonly transcript: Transcript;
}

/** Compares group by group; at most one difference each, the first. */
export function compare(expected: Side, actual: Side): Difference[] {
  return groups.flatMap((group) => {
    const report = firstDivergence(
      { name: expected.name, lines: expected.transcript[group] },
      { name: actual.name, lines: actual.transcript[group] },
    );
    return report === null ? [] : [{ group, report }];
  });
}

interface Lines {
  readonly name: string;
  readonly lines: readonly string[];
}

function firstDivergence(expected: Lines, actual: Lines): string | null {
  const longest = Math.max(expected.lines.length, actual.lines.length);
  for (let index = 0; index < longest; index++) {
    if (expected.lines[index] === actual.lines[index]) continue;
    const section = expected.lines.slice(0, index + 1).findLast((line) => line.startsWith("-- "));
    return [
      `first difference in line ${index + 1}${section === undefined ? "" : `, below "${section}"`}`,
      ...surroundings(expected, index),
      ...surroundings(actual, index),
    ].join("\n");
  }
  return null;
}

function surroundings({ name, lines }: Lines, at: number): string[] {
  const from = Math.max(0, at - SURROUNDINGS);
  const shown = lines.slice(from, at + SURROUNDINGS + 1).map((line, index) => {
    return `  ${from + index === at ? ">" : " "} ${line}`;
  });
  if (at >= lines.length) shown.push("  > (nothing more)");
  return [`  ${name}:`, ...shown];
}
