import { MAX_JSON_DEPTH } from "./limits.js";
import { RecordingError } from "./recording-error.js";

/** One JSON value of a text that holds one or several. */
export interface JsonSlice {
  readonly value: unknown;
  /** The line on which it begins, from 1. */
  readonly line: number;
}

/**
 * The JSON values of a text, one after another with white space between, as Envoy writes streamed taps; a HAR is
 * the case of one value. Errors name line and column, which `JSON.parse` does not, and never quote the text:
 * recordings hold secrets.
 */
export function* readJsonValues(text: string, source: string, firstLine = 1): Generator<JsonSlice> {
  const lines = new LineCounter(text, firstLine);
  let position = skipSpace(text, 0);
  while (position < text.length) {
    const line = lines.lineAt(position);
    const end = scanValue(text, position, source, firstLine);
    yield { value: parseSlice(text.slice(position, end), source, line), line };
    position = skipSpace(text, end);
  }
}

/** The text without a byte order mark. */
export function withoutByteOrderMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

function parseSlice(slice: string, source: string, line: number): unknown {
  try {
    return JSON.parse(slice);
  } catch {
    // The scan below accepted it, so only the inside of a string is left to be wrong.
    throw new RecordingError(
      "ERR_RECORDING_NOT_JSON",
      `${source}: the JSON value that begins in line ${line} has a string with a bad escape or a raw control character`,
    );
  }
}

/** Lines are counted once, forwards. */
class LineCounter {
  #position = 0;
  #line: number;

  constructor(
    readonly text: string,
    firstLine: number,
  ) {
    this.#line = firstLine;
  }

  lineAt(position: number): number {
    for (;;) {
      const next = this.text.indexOf("\n", this.#position);
      if (next < 0 || next >= position) return this.#line;
      this.#position = next + 1;
      this.#line += 1;
    }
  }
}

/** What the grammar allows next (RFC 8259 §2). */
type Expect = "value" | "value-or-end" | "key" | "key-or-end" | "colon" | "comma-or-end";

const scalar = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;
/** A scalar that the end of the text cut off. */
const cutScalar = /(?:tr?u?|fa?l?s?|nu?l?|-[\d.eE+-]*|\d[\d.eE+-]*)$/y;

/** The position after the value that begins at `start`; checks everything but the inside of strings. */
function scanValue(text: string, start: number, source: string, firstLine: number): number {
  const closers: string[] = [];
  let expect: Expect = "value";
  let position = start;

  const bad = (at: number): RecordingError => {
    const where = `line ${new LineCounter(text, firstLine).lineAt(at)}, column ${at - text.lastIndexOf("\n", at - 1)}`;
    return at >= text.length
      ? new RecordingError(
          "ERR_RECORDING_TRUNCATED",
          `${source}: ends in the middle of a JSON value (${where})`,
        )
      : new RecordingError("ERR_RECORDING_NOT_JSON", `${source}: not JSON at ${where}`);
  };

  do {
    position = skipSpace(text, position);
    const character = text[position];
    if (character === undefined) throw bad(text.length);
    const wantsValue: boolean = expect === "value" || expect === "value-or-end";

    if (character === closers.at(-1) && expect.endsWith("-or-end")) {
      closers.pop();
      position += 1;
      expect = "comma-or-end";
    } else if (wantsValue && (character === "{" || character === "[")) {
      closers.push(character === "{" ? "}" : "]");
      if (closers.length > MAX_JSON_DEPTH) {
        const line = new LineCounter(text, firstLine).lineAt(position);
        throw new RecordingError(
          "ERR_RECORDING_TOO_DEEP",
          `${source}: JSON is nested deeper than ${MAX_JSON_DEPTH} levels in line ${line}`,
        );
      }
      position += 1;
      expect = character === "{" ? "key-or-end" : "value-or-end";
    } else if (character === '"' && (wantsValue || expect.startsWith("key"))) {
      position = stringEnd(text, position);
      if (position < 0) throw bad(text.length);
      expect = wantsValue ? "comma-or-end" : "colon";
    } else if (character === ":" && expect === "colon") {
      position += 1;
      expect = "value";
    } else if (character === "," && expect === "comma-or-end") {
      position += 1;
      expect = closers.at(-1) === "}" ? "key" : "value";
    } else if (wantsValue) {
      const end = matchEnd(scalar, text, position);
      if (end < 0) throw bad(matchEnd(cutScalar, text, position) < 0 ? position : text.length);
      position = end;
      expect = "comma-or-end";
    } else {
      throw bad(position);
    }
  } while (closers.length > 0);
  return position;
}

function skipSpace(text: string, position: number): number {
  for (;;) {
    const code = text.charCodeAt(position);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return position;
    position += 1;
  }
}

/** The position after a string's closing quote, or -1. */
function stringEnd(text: string, start: number): number {
  let quote = text.indexOf('"', start + 1);
  while (quote >= 0) {
    let backslashes = 0;
    while (text.charCodeAt(quote - 1 - backslashes) === 0x5c) backslashes += 1;
    if (backslashes % 2 === 0) return quote + 1;
    quote = text.indexOf('"', quote + 1);
  }
  return -1;
}

function matchEnd(pattern: RegExp, text: string, position: number): number {
  pattern.lastIndex = position;
  return pattern.test(text) ? pattern.lastIndex : -1;
}
