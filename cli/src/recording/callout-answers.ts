/** `--as-callouts`: what a service answered, as its answers to the callouts of filters. */
import { asCallout, calloutText, type RecordedStanding, type RecordedStream } from "as-proxy-wasm-sim";
import { list, value } from "../command.js";
import { usageError } from "../errors.js";

export const calloutOptions = {
  asCallouts: value("CLUSTER", "make answers of this cluster to callouts of filters, not streams"),
  match: list(
    "NAME",
    "with --as-callouts: a header that tells calls apart besides method and path; repeatable",
  ),
} as const;

export class CalloutAnswers {
  /** The selections so far with their answers, as text. */
  readonly #answers = new Map<string, string>();
  readonly #mixed = new Set<string>();

  private constructor(
    private readonly cluster: string,
    private readonly match: readonly string[],
  ) {}

  /** Null without `--as-callouts`. */
  static chosen({
    asCallouts,
    match,
  }: {
    readonly asCallouts: string | undefined;
    readonly match: readonly string[];
  }): CalloutAnswers | null {
    if (asCallouts !== undefined)
      return new CalloutAnswers(
        asCallouts,
        match.map((name) => name.toLowerCase()),
      );
    if (match.length === 0) return null;
    throw usageError("--match goes with --as-callouts", "name the cluster that answers");
  }

  /** Null: the stream has no whole answer. */
  of(stream: RecordedStream): RecordedStanding | null {
    const item = asCallout(stream, this.cluster, this.match);
    if (item === null) return null;
    const { answer, ...selection } = item.standing;
    // When it came is no difference.
    const { delayMs: _delay, ...said } = answer;
    const [key, text] = [JSON.stringify(selection), answerText(said)];
    const before = this.#answers.get(key);
    if (before !== undefined && before !== text) this.#mixed.add(calloutText(item.standing));
    this.#answers.set(key, text);
    return item;
  }

  /** One sentence for each call that was answered in several ways. */
  get notes(): readonly string[] {
    return [...this.#mixed].map(
      (calls) =>
        `${calls} was answered in several ways, and the last one stands; --match NAME tells such calls apart by a header`,
    );
  }
}

function answerText(answer: object): string {
  return JSON.stringify(answer, (key, field: unknown) =>
    Array.isArray(field) && key === "headers"
      ? field.filter((pair: unknown) => !Array.isArray(pair) || pair[0] !== "date")
      : field,
  );
}
