import { printable } from "../digest.js";
import { OrasError } from "../errors.js";

/** One challenge of a `WWW-Authenticate` header; names of schemes and parameters are lower case. */
export interface Challenge {
  readonly scheme: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const maxHeaderLength = 8192;
const token = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const quoted = /"((?:[^"\\]|\\.)*)"/y;
const token68 = /[A-Za-z0-9._~+/-]+=*(?=\s*(?:,|$))/y;

/**
 * Parses the values of `WWW-Authenticate` (RFC 9110 sections 11.2, 11.6.1). One value may hold several challenges, and
 * the comma that separates them separates their parameters too: a name that no `=` follows begins a challenge.
 */
export function parseChallenges(values: readonly string[]): readonly Challenge[] {
  return values.flatMap((value) => new ChallengeReader(value).read());
}

class ChallengeReader {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    if (text.length > maxHeaderLength) throw unreadable(text);
    this.#text = text;
  }

  read(): Challenge[] {
    const challenges: Challenge[] = [];
    for (;;) {
      this.#skip(/[\s,]*/y);
      if (this.#position >= this.#text.length) return challenges;
      challenges.push(this.#challenge());
    }
  }

  #challenge(): Challenge {
    const scheme = this.#take(token);
    if (scheme === undefined) throw unreadable(this.#text);
    const parameters = new Map<string, string>();
    this.#skip(/\s*/y);
    // A credential-like blob in the place of parameters, as Negotiate has; of no use to us.
    if (this.#take(token68) !== undefined) return { scheme: scheme.toLowerCase(), parameters };
    for (;;) {
      const start = this.#position;
      this.#skip(/[\s,]*/y);
      const name = this.#take(token);
      this.#skip(/\s*/y);
      if (name === undefined || this.#take(/=/y) === undefined) {
        this.#position = start;
        break;
      }
      this.#skip(/\s*/y);
      const value = this.#value();
      // The first one counts, so that nothing appended to a header changes its meaning.
      if (!parameters.has(name.toLowerCase())) parameters.set(name.toLowerCase(), value);
    }
    this.#skip(/\s*/y);
    if (this.#position < this.#text.length && this.#text[this.#position] !== ",")
      throw unreadable(this.#text);
    return { scheme: scheme.toLowerCase(), parameters };
  }

  #value(): string {
    const string = this.#take(quoted);
    if (string !== undefined) return string.slice(1, -1).replace(/\\(.)/g, "$1");
    const bare = this.#take(token);
    if (bare === undefined) throw unreadable(this.#text);
    return bare;
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position;
    const match = pattern.exec(this.#text);
    if (match === null || match[0] === "") return undefined;
    this.#position = pattern.lastIndex;
    return match[0];
  }

  #skip(pattern: RegExp): void {
    this.#take(pattern);
  }
}

function unreadable(text: string): OrasError {
  return new OrasError(
    "ORAS_INVALID_CHALLENGE",
    `The registry's WWW-Authenticate header cannot be read: ${printable(text)}`,
    { hint: "The registry, or a proxy in front of it, is misconfigured.", status: 401 },
  );
}
