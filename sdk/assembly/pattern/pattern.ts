import { characterLength } from "../abi/text";
import { MATCHED, Matcher } from "./matcher";
import { PatternParser } from "./parser";
import { Program } from "./program";

/** How a pattern is read; add them up. */
export enum PatternFlags {
  /** As the pattern says. */
  None = 0,
  /** A–Z and a–z are the same; other letters differ by case. */
  CaseInsensitive = 1,
  /** The whole text must match, not only a part of it. */
  Whole = 2,
  /** "." also matches a line feed. */
  DotAll = 4,
}

/** What `Pattern.compile` gives. */
export class PatternResult {
  /** `Pattern.compile` makes one. @internal */
  constructor(
    /** Null when the pattern has a mistake. */
    readonly pattern: Pattern | null,
    /** What is wrong, or "". */
    readonly error: string,
    /** Where, in characters from the start. */
    readonly offset: i32,
  ) {}
}

/**
 * A regular expression whose time is linear in the text, for every pattern and every text: there is no backtracking, and so no text
 * that stops a worker. Memory is bounded too: at most about 256 KB for a pattern, a few for most.
 *
 * The syntax is the common part of JavaScript's and RE2's: `.` `[a-z]` `[^a-z]` `\d \w \s \D \W \S` (ASCII) `\n \r \t \f \v \xHH \uHHHH
 * \u{H…}` `^ $ \A \z` (start and end of the text) `\b \B` `(…) (?:…) (?<name>…)` `|` `* + ? {m} {m,} {m,n}`, and `(?i)` or `(?s)` in front.
 * Groups only group. What is not regular, backreferences and lookaround, is refused. A character is a code point; a byte
 * that is not UTF-8 is one too.
 */
export class Pattern {
  private matcher: Matcher;

  private constructor(private program: Program) {
    this.matcher = new Matcher(program);
  }

  /** Compiles a pattern; do it once, in `onConfigure`. */
  static compile(source: string, flags: PatternFlags = PatternFlags.None): PatternResult {
    const parser = new PatternParser(
      source,
      (flags & PatternFlags.CaseInsensitive) != 0,
      (flags & PatternFlags.DotAll) != 0,
    );
    const root = parser.parse();
    if (root === null) return new PatternResult(null, parser.error, parser.at);
    const program = new Program();
    const error = program.build(root, (flags & PatternFlags.Whole) != 0);
    if (error.length > 0) return new PatternResult(null, error, 0);
    return new PatternResult(new Pattern(program), "", 0);
  }

  /** Whether the pattern is somewhere in the text; with `PatternFlags.Whole`, whether it is the text. */
  test(text: string): bool {
    const program = this.program;
    const matcher = this.matcher;
    const length = text.length;
    let state = 0;
    for (let i = 0; i < length; ++i) {
      let code = <u32>text.charCodeAt(i);
      if ((code & 0xfc00) == 0xd800 && i + 1 < length) {
        const low = <u32>text.charCodeAt(i + 1);
        if ((low & 0xfc00) == 0xdc00) {
          code = 0x10000 + ((code & 0x3ff) << 10) + (low & 0x3ff);
          ++i;
        }
      }
      state = matcher.step(state, program.classOf(code));
      if (state < 0) return state == MATCHED;
    }
    return matcher.step(state, matcher.end) == MATCHED;
  }

  /** `test` for bytes, such as a body, without making text of them. */
  testBytes(bytes: Uint8Array): bool {
    const program = this.program;
    const matcher = this.matcher;
    let state = 0;
    for (let at = 0; at < bytes.length;) {
      const lead = <u32>unchecked(bytes[at]);
      const size = lead < 0x80 ? 1 : characterLength(bytes, at);
      // As abi/text does: a byte that is not UTF-8 is U+DC80 … U+DCFF.
      let code = size > 1 ? lead & (0x7f >> size) : lead < 0x80 ? lead : 0xdc00 | lead;
      for (let i = 1; i < size; ++i) code = (code << 6) | ((<u32>unchecked(bytes[at + i])) & 0x3f);
      at += size;
      state = matcher.step(state, program.classOf(code));
      if (state < 0) return state == MATCHED;
    }
    return matcher.step(state, matcher.end) == MATCHED;
  }
}
