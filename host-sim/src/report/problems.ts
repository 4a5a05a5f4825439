/** What went wrong in an exchange, in the author's terms. */
import { clip } from "./describe-message.js";
import {
  misuseLines,
  trapLines,
  type Exchange,
  type Misuse,
  type Trap,
  type UnmetExpectation,
} from "../index.js";
import type { Problem } from "./report-data.js";

/** Each trap, and the expectations of the recording that were not met, as one problem with a line each. */
export function problemsOf(
  { traps, misuses }: Pick<Exchange, "traps" | "misuses">,
  unmet: readonly UnmetExpectation[],
): readonly Problem[] {
  return [...traps.map(trapProblem), ...misuses.map(misuseProblem), ...expectationProblem(unmet)];
}

function trapProblem(trap: Trap): Problem {
  const [title, ...lines] = trapLines(trap).map((line) => clip(line, 2000));
  return { kind: "trap", title: title ?? "", lines };
}

function misuseProblem(misuse: Misuse): Problem {
  const [title, ...lines] = misuseLines(misuse).map((line) => clip(line, 2000));
  return { kind: "misuse", title: title ?? "", lines };
}

function expectationProblem(unmet: readonly UnmetExpectation[]): readonly Problem[] {
  if (unmet.length === 0) return [];
  const title =
    unmet.length === 1 ? "1 expectation was not met" : `${unmet.length} expectations were not met`;
  return [
    {
      kind: "expectation",
      title,
      lines: unmet.map(
        ({ what, expected, observed }) =>
          `${what}: ${clip(observed, 2000)}, expected ${clip(expected, 2000)}`,
      ),
    },
  ];
}
