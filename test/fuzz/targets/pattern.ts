import { mutate } from "as-proxy-wasm-sim/explore";
import type { Target } from "../target.js";

const PIECES = [
  "a",
  "b",
  "c",
  "1",
  " ",
  "_",
  ".",
  "\\d",
  "\\w",
  "\\W",
  "\\b",
  "\\B",
  "[ab]",
  "[^a]",
  "[a-c1]",
  "(",
  "(?:",
  ")",
  ")",
  "|",
  "*",
  "+",
  "?",
  "*?",
  "{2}",
  "{1,2}",
  "{0,}",
  "^",
  "$",
];
const WILD = [
  ...PIECES,
  "[",
  "]",
  "[^",
  "-",
  "\\",
  "{",
  "{1000}",
  "{2,1}",
  "(?i)",
  "(?<n>",
  "(?=",
  "\\x41",
  "\\u{1f600}",
  "\\p{L}",
  "\\1",
  "é",
  "\xff",
  "((((",
  "))))",
];
/** What JavaScript and the SDK read alike, as far as a text is ASCII and has no line ends. */
const COMMON = /^(?:[abc1 _.^$|)]|\\[dwWbB]|\[(?:ab|\^a|a-c1)\]|\((?:\?:)?|[*+?]\??|\{(?:2|1,2|0,)\})*$/;

/** Patterns on texts, as `RegExp` has them where both know the syntax. */
export const pattern: Target = {
  name: "pattern",
  entry: "pattern.ts",
  generate: (random) => {
    const flags = Buffer.from([random.once(2) ? 0 : random.below(8)]);
    const source = Buffer.from(random.once(3) ? random.join(WILD, 12) : random.join(PIECES, 9));
    const text = Buffer.from(random.join(["a", "b", "c", "1", " ", "_", "A", "B"], 9));
    const input = Buffer.concat([flags, source, Buffer.from([0]), text]);
    return random.once(4) ? mutate(random, input, WILD) : input;
  },
  expected: (input) => {
    if (input.length === 0) return ["-1"];
    const [, source = "", text = ""] = /^[^]([^\0]*)\0?([^]*)$/.exec(input.toString("latin1")) ?? [];
    const flags = input[0]! & 7;
    // Several bounds inside each other may be too large for one and not for the other.
    if (
      !COMMON.test(source) ||
      !/^[\x20-\x7e]*$/.test(text) ||
      (source.match(/\{/g)?.length ?? 0) > 2 ||
      text.length > 16
    )
      return undefined;
    let expression: RegExp;
    try {
      new RegExp(source, "u");
      expression = new RegExp(
        (flags & 2) !== 0 ? `^(?:${source})$` : source,
        `u${(flags & 1) !== 0 ? "i" : ""}${(flags & 4) !== 0 ? "s" : ""}`,
      );
    } catch {
      return ["0", "1"];
    }
    return ["1", expression.test(text) ? "1" : "0", "1"];
  },
};
