import { mutate, type Random } from "as-proxy-wasm-sim/explore";
import type { Target } from "../target.js";
import { strictJson } from "./strict-json.js";

const PIECES = [
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  '"',
  "\\",
  "\\u",
  "\\ud83d",
  "\\ude00",
  "0",
  "-",
  "1e999",
  ".5",
  "true",
  "nul",
  " ",
  "\ufeff",
  "é",
  "\0",
  '"a":',
];
const NUMBERS = [
  "0",
  "-0",
  "1",
  "-1.5",
  "1e3",
  "1E-400",
  "1e400",
  "0.1",
  "123456789012345678901234567890",
  "4.9e-324",
  "2.2250738585072011e-308",
  "9007199254740993",
  "1.7976931348623159e308",
  "5e-324",
  "18446744073709551616",
];
const STRINGS = [
  '""',
  '"a"',
  '"é"',
  '"\\n\\u00e9\\/"',
  '"\\ud83d\\ude00"',
  '"\u{1f600}"',
  '"\\ud83d"',
  '"__proto__"',
  '"0"',
  '"a\\u0000b"',
];

const view = new DataView(new ArrayBuffer(8));

/** JSON, as `JSON.parse` has it: what is accepted, and every value, numbers to the last bit. */
export const json: Target = {
  name: "json",
  entry: "json.ts",
  encoding: "utf8",
  generate: (random) => {
    if (random.once(200)) return Buffer.from("[".repeat(random.below(600)) + "]".repeat(random.below(600)));
    const text = Buffer.from(
      random.once(8) ? random.join(PIECES, 12) : space(random) + value(random, 3) + space(random),
    );
    return random.once(3) ? mutate(random, text, PIECES) : text;
  },
  expected: (input) => {
    const parsed = strictJson(input);
    if (parsed === undefined) return ["1", null, "1"];
    const isObject =
      typeof parsed.value === "object" && parsed.value !== null && !Array.isArray(parsed.value);
    return ["1", JSON.stringify(parsed.value, numbersAsBits), isObject ? "1" : null];
  },
  // Of a name that is there twice, both sides keep the last value in the first place.
  normalise: ([agree, dump, ...rest]) => [
    agree!,
    dump === null ? null : JSON.stringify(JSON.parse(dump!)),
    ...rest,
  ],
};

function numbersAsBits(_name: string, value: unknown): unknown {
  if (typeof value !== "number") return value;
  if (!Number.isFinite(value)) return "#too large";
  view.setFloat64(0, value);
  return `#${view.getBigUint64(0).toString(16).padStart(16, "0")}`;
}

function value(random: Random, depth: number): string {
  const kind = random.below(depth > 0 ? 8 : 5);
  if (kind < 2) return random.pick(NUMBERS);
  if (kind < 4) return random.pick(STRINGS);
  if (kind === 4) return random.pick(["true", "false", "null"]);
  const parts = Array.from({ length: random.below(4) }, () => {
    const member = kind > 5 ? `${random.pick(STRINGS)}${space(random)}:` : "";
    return space(random) + member + space(random) + value(random, depth - 1);
  });
  return kind > 5 ? `{${parts.join(",")}}` : `[${parts.join(",")}${space(random)}]`;
}

function space(random: Random): string {
  return random.once(4) ? random.join([" ", "\n", "\t", "\r"], 2) : "";
}
