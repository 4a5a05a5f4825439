import { describe, expect, it } from "vitest";
import { instantiate } from "./compile.js";
import { seededRandom } from "./seeded-random.js";

const guest = await instantiate(`
  import { compileGlob, Pattern, PatternFlags, PatternResult } from "as-proxy-wasm-sdk/pattern";

  let pattern: Pattern | null = null;
  let last: PatternResult = new PatternResult(null, "", 0);
  export function compile(source: string, flags: PatternFlags): bool { return use(Pattern.compile(source, flags)); }
  export function glob(source: string): bool { return use(compileGlob(source)); }
  function use(result: PatternResult): bool {
    last = result;
    pattern = result.pattern;
    return pattern !== null;
  }
  export function error(): string { return last.error; }
  export function offset(): i32 { return last.offset; }
  export function test(text: string): bool { const p = pattern; return p !== null && p.test(text); }
  export function testBytes(bytes: Uint8Array): bool { const p = pattern; return p !== null && p.testBytes(bytes); }
`);

const FLAGS = { i: 1, whole: 2, s: 4 };
const text = (value: string): number => guest.__newString(value);
const compile = (source: string, flags = 0): boolean => guest["compile"]!(text(source), flags) === 1;
const test = (value: string): boolean => {
  const answer = guest["test"]!(text(value)) === 1;
  expect(guest["testBytes"]!(guest.newBytes(Buffer.from(value))) === 1).toBe(answer);
  return answer;
};
const matches = (source: string, value: string, flags = 0): boolean => {
  expect(compile(source, flags), source).toBe(true);
  return test(value);
};

describe("Pattern", () => {
  it.each([
    ["abc", ["abc", "xabcx"], ["ab", ""]],
    ["", ["", "x"], []],
    ["^a|b$", ["ax", "xb"], ["xa", "bx"]],
    ["^/api/v\\d+(/.*)?$", ["/api/v1", "/api/v22/x"], ["/api/v", "/api/v1x"]],
    ["a{2,3}b", ["aab", "aaaab"], ["ab"]],
    ["^a{2}$", ["aa"], ["a", "aaa"]],
    ["^a{2,}$", ["aa", "aaaaa"], ["a"]],
    ["^(ab|c)*d?$", ["", "ab", "cabd"], ["a", "ad"]],
    ["^[a-c\\d_-]+$", ["abc-1_"], ["d", ""]],
    ["^[^/]+$", ["é\u{1f600}"], ["a/b"]],
    ["^.$", ["é", "\u{1f600}", "\r"], ["ab", "\n"]],
    ["\\bcat\\b", ["a cat.", "cat"], ["cats", "concat", "cat_"]],
    ["\\Bcat", ["concat"], ["cat"]],
    ["^\\x41\\u00e9\\u{1f600}\\.$", ["Aé\u{1f600}."], ["Aé\u{1f600}x"]],
    ["a{,2}|b{x}|c{", ["a{,2}", "b{x}", "c{"], ["a", "bx"]],
    ["(?<year>\\d{4})-(?P<month>\\d\\d)", ["2024-05"], ["204-05"]],
    ["(?i)straße", ["STRAßE"], ["STRASSE"]],
    ["(?s)a.b", ["a\nb"], ["ab"]],
    ["^(?:a?){50}a{50}$", ["a".repeat(50), "a".repeat(100)], ["a".repeat(49)]],
    ["x*?y+?", ["xy"], ["x"]],
    ["(a*)*b", ["aab"], ["aa"]],
  ])("%s", (source, good, bad) => {
    for (const value of good) expect(matches(source, value), value).toBe(true);
    for (const value of bad) expect(matches(source, value), value).toBe(false);
  });

  it("takes flags", () => {
    expect(matches("a[b-d]", "AC", FLAGS.i)).toBe(true);
    expect(matches("[^a]", "A", FLAGS.i)).toBe(false);
    expect(matches("a|ab", "ab", FLAGS.whole)).toBe(true);
    expect(matches("a", "ab", FLAGS.whole)).toBe(false);
    expect(matches("^.*$", "a\nb", FLAGS.s)).toBe(true);
  });

  it("sees bytes that are not UTF-8 as one character each", () => {
    expect(compile("^a.b$")).toBe(true);
    expect(guest["test"]!(text("a\udcffb"))).toBe(1);
    expect(guest["testBytes"]!(guest.newBytes(Buffer.from([0x61, 0xff, 0x62])))).toBe(1);
    expect(guest["testBytes"]!(guest.newBytes(Buffer.from([0x61, 0xff, 0xff, 0x62])))).toBe(0);
  });

  it.each([
    ["(", 0], ["a)", 1], ["(a", 0], ["[a", 0], ["[]", 0], ["[z-a]", 1], ["*", 0], ["a**", 2], ["a|*", 2], ["a{3,2}", 1], ["a{1001}", 1],
    ["{2}", 0], ["\\", 0], ["\\1", 0], ["\\q", 0], ["a\\xg", 1], ["\\u{110000}", 0], ["(?=a)", 0], ["(?<=a)", 0], ["(?m)a", 0], ["^*", 1],
    ["[\\d-z]", 1], ["[\\b]", 1], ["(?<>a)", 0], ["a{2}{3}", 6], ["(?ix)a", 3],
  ] as const)("refuses %s at %d", (source, offset) => {
    expect(compile(source), source).toBe(false);
    expect(guest.__getString(guest["error"]!())).not.toBe("");
    expect(guest["offset"]!()).toBe(offset);
  }); // prettier-ignore

  it("refuses what is too large, and has no trouble doing so", () => {
    for (const source of [
      "(?:a{1000}){1000}",
      "(?:(?:(?:){1000}){1000}){1000}x{1000}{1000}",
      "((a{100}){100}){100}",
      "(".repeat(101) + ")".repeat(101),
      "a".repeat(5000),
      Array.from({ length: 300 }, (_, at) => String.fromCharCode(0x100 + at * 2)).join(""),
    ])
      expect(compile(source)).toBe(false);
    expect(compile("(?:(?:(?:){1000}){1000}){1000}")).toBe(true);
    expect(compile("(".repeat(100) + ")".repeat(100))).toBe(true);
  });

  it("takes linear time and bounded memory where backtracking never ends", () => {
    for (const [source, unit] of [
      ["^(a+)+$", "a"],
      ["^(a|a)*$", "a"],
      ["(x+x+)+y", "x"],
      ["^(.*a){12}$", "a"],
      ["(a|b)*a(a|b){11}$", "ab"],
    ] as const) {
      expect(compile(source)).toBe(true);
      const value = text(unit.repeat(100_000) + "!");
      const before = guest.memory!.buffer.byteLength;
      const start = performance.now();
      expect(guest["test"]!(value)).toBe(0);
      expect(performance.now() - start).toBeLessThan(5_000);
      expect(guest.memory!.buffer.byteLength - before).toBeLessThan(1 << 20);
      guest.__collect();
    }
  });

  it("forgets states when there are too many, and still answers right", () => {
    const random = seededRandom("pattern-states");
    const source = "(a|b)*a(a|b){13}c";
    expect(compile(source)).toBe(true);
    for (let round = 0; round < 20; round++) {
      const value = Array.from({ length: 3_000 }, () => "abc".charAt(random(200) === 0 ? 2 : random(2))).join(
        "",
      );
      expect(test(value)).toBe(/a[ab]{13}c/.test(value));
    }
  });

  it("agrees with RegExp on random patterns", () => {
    const random = seededRandom("pattern");
    const atoms = [
      "a",
      "b",
      "c",
      "é",
      ".",
      "[ab]",
      "[^a]",
      "[a-c]",
      "\\d",
      "\\w",
      "\\W",
      "\\s",
      "x",
      "\u{1f600}",
      "[é-\u{1f600}]",
    ];
    const quantifiers = ["", "", "", "*", "+", "?", "{2}", "{1,2}", "{0,3}?", "{2,}"];
    const pattern = (depth: number): string =>
      Array.from({ length: 1 + random(3) }, () => {
        const kind = random(10);
        if (kind === 0) return ["^", "$", "\\b", "\\B"][random(4)]!;
        const atom = kind < 4 && depth > 0 ? `(?:${pattern(depth - 1)})` : atoms[random(atoms.length)]!;
        return atom + quantifiers[random(quantifiers.length)]!;
      }).join(random(5) === 0 ? "|" : "");
    for (let round = 0; round < 1_500; round++) {
      const source = pattern(2);
      // JavaScript folds more than ASCII, so no other letter is there with this flag.
      const ignoreCase = random(3) === 0 && /^[\x20-\x7e]*$/.test(source);
      const expected = new RegExp(source, ignoreCase ? "iu" : "u");
      expect(compile(source, ignoreCase ? FLAGS.i : 0), source).toBe(true);
      // V8 also looks for \B inside a surrogate pair.
      const wide = source.includes("\\B") ? "한" : "\u{1f600}";
      for (let i = 0; i < 8; i++) {
        const value = Array.from({ length: random(10) }, () =>
          ignoreCase
            ? "aAbBcCxX1 _".charAt(random(11))
            : ["a", "b", "c", "é", wide, "1", " ", "x", "\n"][random(9)]!,
        ).join("");
        expect(test(value), `${source} on ${JSON.stringify(value)}`).toBe(expected.test(value));
      }
      guest.__collect();
    }
  });
});

describe("compileGlob", () => {
  it.each([
    [
      "*.example.com",
      ["a.example.com", ".example.com"],
      ["example.com", "a/b.example.com", "a.example.com."],
    ],
    ["/api/**", ["/api/", "/api/a/b"], ["/api", "/apia"]],
    ["/a/*/c", ["/a/b/c", "/a//c"], ["/a/b/b/c"]],
    ["file?.[ch]", ["file1.c", "filex.h"], ["file.c", "file1.x", "file/.c"]],
    ["[!a-c]x", ["dx"], ["ax", "x"]],
    ["{get,head}-{1,2}", ["get-1", "head-2"], ["get-3", "get"]],
    ["a\\*b+(c)$,}", ["a*b+(c)$,}"], ["axb+(c)$,}"]],
    ["", [""], ["a"]],
    ["(?i)a", ["(?i)a", "(xi)a"], ["A"]],
  ])("%s", (glob, good, bad) => {
    expect(guest["glob"]!(text(glob))).toBe(1);
    for (const value of good) expect(test(value), value).toBe(true);
    for (const value of bad) expect(test(value), value).toBe(false);
  });

  it.each(["[a", "{a", "[]"])("refuses %s", (glob) => expect(guest["glob"]!(text(glob))).toBe(0));
});
