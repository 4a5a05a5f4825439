import { firstValue, toText } from "../byte-string.js";
import type { HttpCalloutAnswer, HttpCalloutRequest, HttpUpstream } from "../callout/http-upstream.js";
import { contains, isEqual, patternText, type TextPattern } from "../check/text-pattern.js";

/**
 * What answers some of the HTTP callouts to a cluster. Of the answers in a list, the first one that fits a call and is not
 * used up answers it.
 *
 * ```ts
 * clusters: {
 *   authn: [
 *     { path: "/check", headers: { authorization: /^Bearer / }, answer: { status: 200 } },
 *     { path: "/check", answer: [{ status: 503 }, { status: 401 }] }, // one after the other
 *     { method: "POST", times: 2, answer: "timeout" },
 *   ],
 * }
 * ```
 */
export interface ScriptedAnswer {
  /** Default: any. */
  readonly method?: string;
  /** The whole path with its query, or an expression. Default: any. */
  readonly path?: TextPattern;
  /** Headers that the call must have. */
  readonly headers?: Readonly<Record<string, TextPattern>>;
  /** In the body, or matching it. */
  readonly body?: TextPattern;
  /** One answer for every call, or several, one after the other. */
  readonly answer: Answer | readonly Answer[];
  /** How many calls it answers. Default: any number, at least one; of several answers, one call each. */
  readonly times?: number;
}

type Answer = HttpCalloutAnswer | HttpUpstream;

/** A scripted answer that has been given fewer times than it is there for. */
export interface UnusedAnswer {
  readonly cluster: string;
  /** Which calls it is for: `POST /check`. */
  readonly calls: string;
  readonly given: number;
  readonly expected: number;
}

/** The scripted answers of one cluster, as something that answers. */
export class ScriptedCluster {
  readonly #answers: readonly { readonly scripted: ScriptedAnswer; given: number }[];
  readonly #unhandled: HttpCalloutRequest[] = [];

  constructor(
    private readonly name: string,
    answers: readonly ScriptedAnswer[],
  ) {
    this.#answers = answers.map((scripted) => ({ scripted, given: 0 }));
  }

  /** Answers what nothing is scripted for with a closed connection. */
  readonly upstream: HttpUpstream = (call) => {
    const found = this.#answers.find(
      ({ scripted, given }) => given < limit(scripted) && fits(call, scripted),
    );
    if (found === undefined) {
      this.#unhandled.push(call);
      return "disconnect";
    }
    const answer = answerNumber(found.scripted, found.given++);
    return typeof answer === "function" ? answer(call) : answer;
  };

  /** The calls since the last time that nothing is scripted for. */
  takeUnhandled(): HttpCalloutRequest[] {
    return this.#unhandled.splice(0);
  }

  get unused(): readonly UnusedAnswer[] {
    return this.#answers.flatMap(({ scripted, given }) => {
      const expected = Number.isFinite(limit(scripted)) ? limit(scripted) : 1;
      return given >= expected ? [] : [{ cluster: this.name, calls: callsText(scripted), given, expected }];
    });
  }
}

function limit({ times, answer }: ScriptedAnswer): number {
  return times ?? (isSeveral(answer) ? answer.length : Infinity);
}

/** After the last of several comes the last again. */
function answerNumber({ answer }: ScriptedAnswer, index: number): Answer {
  return isSeveral(answer) ? answer[Math.min(index, answer.length - 1)]! : answer;
}

function isSeveral(answer: ScriptedAnswer["answer"]): answer is readonly Answer[] {
  return Array.isArray(answer);
}

function fits(
  call: HttpCalloutRequest,
  { method, path, headers = {}, body }: Omit<ScriptedAnswer, "answer">,
): boolean {
  const value = (name: string) => toText(firstValue(call.headers, name.toLowerCase()) ?? "");
  return (
    (method === undefined || value(":method") === method) &&
    (path === undefined || isEqual(value(":path"), path)) &&
    (body === undefined || contains(Buffer.from(call.body).toString("utf8"), body)) &&
    Object.entries(headers).every(([name, pattern]) => isEqual(value(name), pattern))
  );
}

function callsText({ method, path, headers = {}, body }: ScriptedAnswer): string {
  const parts = [
    ...(method === undefined ? [] : [method]),
    ...(path === undefined ? [] : [typeof path === "string" ? path : String(path)]),
    ...Object.entries(headers).map(([name, pattern]) => `${name}: ${patternText(pattern)}`),
    ...(body === undefined ? [] : [`body ${patternText(body)}`]),
  ];
  return parts.length === 0 ? "any call" : parts.join(" ");
}
