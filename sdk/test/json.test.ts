import { describe, expect, it } from "vitest";
import { instantiate } from "./compile.js";
import { seededRandom } from "./seeded-random.js";

const guest = await instantiate(`
  import { Json, JsonKind, quote } from "as-proxy-wasm-sdk/json";
  import { doubleText } from "as-proxy-wasm-sdk/assembly/json/decimal";
  import { decode, encodeBytes } from "as-proxy-wasm-sdk/assembly/abi/text";
  import { reset } from "as-proxy-wasm-sdk/assembly/abi/arena";

  /** Minus one minus the offset of the error, or the kind. */
  export function parse(input: Uint8Array): i32 {
    const parsed = Json.parse(input);
    reset();
    const value = parsed.value;
    return value === null ? -1 - parsed.offset : <i32>value.kind;
  }
  export function explain(input: Uint8Array): string {
    const result = Json.parse(input);
    return result.error + " at " + result.line.toString() + ":" + result.column.toString();
  }
  export function text(input: Uint8Array): string | null { return Json.parse(input).value!.asString(); }
  export function bytes(input: Uint8Array): Uint8Array | null { return Json.parse(input).value!.asBytes(); }
  export function signed(input: Uint8Array): i64 {
    return Json.parse(input).value!.asInteger(i64.MIN_VALUE, i64.MAX_VALUE, -7);
  }
  export function between(input: Uint8Array, least: i32, most: i32): i64 {
    return Json.parse(input).value!.asInteger(least, most, -7);
  }
  export function unsigned(input: Uint8Array): u64 { return Json.parse(input).value!.asUnsigned(u64.MAX_VALUE, 7); }
  export function double(input: Uint8Array): f64 { return Json.parse(input).value!.asNumber(-7.5); }
  export function boolean(input: Uint8Array, otherwise: bool): bool { return Json.parse(input).value!.asBoolean(otherwise); }
  export function withMember(input: Uint8Array, name: string, member: string): Uint8Array | null {
    const value = Json.parse(input).value;
    return value === null ? null : value.withMember(name, member);
  }
  export function without(input: Uint8Array, name: string): Uint8Array | null {
    const value = Json.parse(input).value;
    return value === null ? null : value.without(name);
  }
  export function member(input: Uint8Array, name: string): string | null {
    const value = Json.parse(input).value!.get(name);
    return value === null ? null : value.toString();
  }
  export function item(input: Uint8Array, index: i32): string | null {
    const value = Json.parse(input).value!.item(index);
    return value === null ? null : value.toString();
  }
  export function quoted(text: Uint8Array): string { return quote(decode(text.dataStart, text.length)); }
  export function written(value: f64): string { return doubleText(value); }

  /** The text again, written from what the tree gives: every kind, name and value is read on the way. */
  export function rebuild(input: Uint8Array): string {
    const value = Json.parse(input).value;
    const text = value === null ? "refused" : write(value);
    reset();
    return text;
  }
  function write(json: Json): string {
    if (json.kind == JsonKind.String) return quote(json.asString()!);
    if (json.kind == JsonKind.Number) return doubleText(json.asNumber(-7.5));
    if (json.kind == JsonKind.Boolean) return json.asBoolean(false) ? "true" : "false";
    if (json.kind == JsonKind.Null) return "null";
    let text = "";
    const items = json.items();
    if (items !== null) {
      assert(json.length == items.length);
      for (let i = 0; i < items.length; ++i) text += (i > 0 ? "," : "") + write(items[i]);
      return "[" + text + "]";
    }
    const members = json.members()!;
    assert(json.length == members.length);
    for (let i = 0; i < members.length; ++i) {
      assert(json.get(members[i].name) !== null);
      text += (i > 0 ? "," : "") + quote(members[i].name) + ":" + write(members[i].value);
    }
    return "{" + text + "}";
  }
`);

const put = (text: string | Uint8Array): number =>
  guest.newBytes(typeof text === "string" ? Buffer.from(text) : text);
const string = (pointer: number): string | null => (pointer === 0 ? null : guest.__getString(pointer));
const bytes = (pointer: number): string | null =>
  pointer === 0 ? null : Buffer.from(guest.__getUint8Array(pointer)).toString();

function accepts(text: string | Uint8Array): boolean {
  const kind = guest["parse"]!(put(text));
  guest["__collect"]!();
  return kind >= 0;
}

const deep = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

describe("Json.parse", () => {
  it.each([
    "null",
    "true",
    " false ",
    "0",
    "-0",
    "1.5e+10",
    "1e999",
    "23456789012345678901234",
    '""',
    '"\\u00e9\\n\\f\\/"',
    "[]",
    "[ ]",
    "{ }",
    "[ 1 , [ ] ]",
    "{}",
    '{"a":{"b":[1,2,{"c":null}]}}',
    '"\\ud83d\\ude00"',
    '"\u{1f600}é"',
    "\t\r\n[1]\n",
    '{"a":1,"a":2}',
    `[${" ".repeat(40)}1]`,
    deep(256),
  ])("accepts %s", (text) => {
    expect(accepts(text)).toBe(true);
  });

  it.each([
    "",
    " ",
    "nul",
    "True",
    "truefalse",
    "fals",
    "falsy",
    "01",
    "-",
    "-a",
    "1.",
    ".5",
    "1e",
    "1e+",
    "+1",
    "1.2.3",
    "0x10",
    '"',
    '"\\',
    '"\\x"',
    '"\\u12g4"',
    '"\\u12',
    '"a\nb"',
    '"12345678\u0000"',
    "[",
    "[1",
    "[1,]",
    "[,1]",
    "[}",
    "{]",
    "{",
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    '{"a":1,',
    "{a:1}",
    '{"a":1 "b":2}',
    '{"a":1]',
    "[1}",
    "[1 2]",
    "1 2",
    "[]]",
    "'a'",
    "\ufeff{}",
    '"\\ud83d"',
    '"\\ud83d\\u0041"',
    '"\\ud83dxxxxxx"',
    '"\\ude00"',
    '{"a":1}garbage',
    '{"a":[1,2,,}],"b":tru}',
    deep(257),
    "[".repeat(1_000_000),
    '{"a":'.repeat(10_000),
    "\0",
    "\u000c1",
    "\u00a01",
    Buffer.from([0x22, 0xff, 0x22]),
    Buffer.from([0x22, 0xc0, 0x80, 0x22]),
    Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]),
    Buffer.from([0x22, 0xe2, 0x82]),
  ])("refuses %j", (text) => {
    expect(accepts(text)).toBe(false);
  });

  it.each([
    ['{"a":tru}', "a value is due at 1:9"],
    ['{\n  "a": 1,\n}', "a member's name is due at 3:1"],
    ['{\n  "a": 1\n  "b": 2', "',' or '}' is due at 3:3"],
    ['{"a" 1}', "':' is due at 1:6"],
    ["[1 2]", "',' or ']' is due at 1:4"],
    ["[1] 2", "text after the value at 1:5"],
    ["[-]", "a digit is due at 1:3"],
    ['["a\tb"]', "a control character in a string at 1:4"],
    ['["\\q"]', "an unknown escape at 1:4"],
    ['["\\u00"]', "four hexadecimal digits are due at 1:5"],
    ['["\\ud800"]', "half a surrogate pair at 1:3"],
    ["[", "the text ends where a value is due at 1:2"],
    ['["', "the text ends in a string at 1:3"],
    ["", "the text ends where a value is due at 1:1"],
    [deep(257), "nested too deeply at 1:257"],
  ])("says where and why %j is not JSON", (text, expected) => {
    expect(string(guest["explain"]!(put(text)))).toBe(expected);
  });

  it("agrees with JSON.parse on mutations of a document, and never traps", () => {
    const random = seededRandom("json");
    const document =
      '{"name":"\\u00e9\\"x","list":[1,-2.5e3,true,null,{"a":[]}],"text":"plain","deep":{"b":{"c":"d"}}}';
    const alphabet = '{}[]",:\\u0123456789abcdef.eE+-truefalsn \n';
    let good = 0;
    for (let round = 0; round < 20_000; round++) {
      let text = document;
      for (let edits = 1 + random(3); edits > 0; edits--) {
        const at = random(text.length + 1);
        const piece = random(3) === 0 ? "" : alphabet[random(alphabet.length)]!;
        text = text.slice(0, at) + piece + text.slice(at + random(2));
      }
      // JSON.parse takes half surrogate pairs; this reader does not.
      if (/\\u[dD][89a-fA-F]/.test(text)) continue;
      let value: unknown;
      let valid = true;
      try {
        value = JSON.parse(text);
      } catch {
        valid = false;
      }
      expect(accepts(text), JSON.stringify(text)).toBe(valid);
      if (!valid) continue;
      good += 1;
      if (/e\d{3}/i.test(text)) continue;
      expect(JSON.parse(string(guest["rebuild"]!(put(text)))!), JSON.stringify(text)).toEqual(value);
    }
    expect(good).toBeGreaterThan(1_000);
  });

  it("agrees with JSON.parse on random documents, layout included", () => {
    const random = seededRandom("json documents");
    for (let round = 0; round < 2_000; round++) {
      const value = randomValue(random, 4);
      const text = JSON.stringify(value, null, random(3));
      expect(JSON.parse(string(guest["rebuild"]!(put(text)))!), text).toEqual(value);
      guest["__collect"]!();
    }
  });
});

function randomValue(random: (below: number) => number, depth: number): unknown {
  const pick = random(depth > 0 ? 8 : 6);
  const word = (): string =>
    Array.from({ length: random(20) }, () =>
      String.fromCodePoint([0x20, 0x61, 0xe9, 0x20ac, 0x1f600, 0x0a, 0x22, 0x5c][random(8)]! + random(3)),
    ).join("");
  if (pick === 0) return null;
  if (pick === 1) return random(2) === 0;
  if (pick === 2) return random(2_000_000_000) - 1_000_000_000;
  if (pick === 3) return (random(1_000_000_000) / 3) * 10 ** (random(40) - 20);
  if (pick <= 5) return word();
  const items = Array.from({ length: random(6) }, () => randomValue(random, depth - 1));
  if (pick === 6) return items;
  return Object.fromEntries(items.map((item, at) => [`${word()}${at}`, item]));
}

describe("typed access", () => {
  it("reads strings as JSON.parse does", () => {
    for (const text of ["", "plain", "é\u{1f600}", 'q"\\/\b\f\n\r\t\u0001', "a\\u0041", "\u0000"]) {
      expect(string(guest["text"]!(put(JSON.stringify(text))))).toBe(text);
      expect(bytes(guest["bytes"]!(put(JSON.stringify(text))))).toBe(text);
    }
    expect(string(guest["text"]!(put('"\\u0041\\uD83D\\ude00\\/\\u20ac\\u0000"')))).toBe("A\u{1f600}/€\0");
    expect(guest["text"]!(put("1"))).toBe(0);
    expect(guest["bytes"]!(put("{}"))).toBe(0);
  });

  it("reads a string of nothing but escapes in no time", () => {
    expect(string(guest["text"]!(put(`"${"\\n".repeat(1_000_000)}"`)))?.length).toBe(1_000_000);
    guest["__collect"]!();
  });

  it.each([
    ["42", 42n],
    ["-42", -42n],
    ["-0", 0n],
    ["9223372036854775807", 9223372036854775807n],
    ["-9223372036854775808", -9223372036854775808n],
    ["9223372036854775808", -7n],
    ["-9223372036854775809", -7n],
    ["18446744073709551616", -7n],
    ["99999999999999999999", -7n],
    ["1.0", -7n],
    ["1e3", -7n],
    ['"1"', -7n],
    ["[1]", -7n],
  ])("reads %s as the integer %s", (text, value) => {
    expect(guest["signed"]!(put(text)) as unknown as bigint).toBe(value);
  });

  it("keeps integers in their range", () => {
    const between = (text: string): bigint => guest["between"]!(put(text), 1, 10) as unknown as bigint;
    expect(["0", "1", "10", "11"].map(between)).toEqual([-7n, 1n, 10n, -7n]);
  });

  it.each([
    ["18446744073709551615", 18446744073709551615n],
    ["18446744073709551616", 7n],
    ["-0", 0n],
    ["-1", 7n],
    ["1.5", 7n],
    ["null", 7n],
  ])("reads %s as the unsigned integer %s", (text, value) => {
    expect(BigInt.asUintN(64, guest["unsigned"]!(put(text)) as unknown as bigint)).toBe(value);
  });

  it("reads booleans, and nothing else as one", () => {
    expect(guest["boolean"]!(put("true"), 0)).toBe(1);
    expect(guest["boolean"]!(put("false"), 1)).toBe(0);
    expect(guest["boolean"]!(put("0"), 1)).toBe(1);
  });

  it("finds members and elements", () => {
    expect(string(guest["member"]!(put('{ "a" : [1, 2] , "b":{"a":3}}'), guest.__newString("a")))).toBe(
      "[1, 2]",
    );
    expect(string(guest["member"]!(put('{"a":1,"\\u0061":2}'), guest.__newString("a")))).toBe("2");
    expect(guest["member"]!(put('{"a":1}'), guest.__newString("b"))).toBe(0);
    expect(guest["member"]!(put("[1]"), guest.__newString("a"))).toBe(0);
    expect(string(guest["member"]!(put('{"":1}'), guest.__newString("")))).toBe("1");
    expect(string(guest["item"]!(put('[1,"two",3]'), 1))).toBe('"two"');
    expect(guest["item"]!(put("[1]"), 1)).toBe(0);
    expect(guest["item"]!(put("[1]"), -1)).toBe(0);
    expect(guest["item"]!(put("{}"), 0)).toBe(0);
  });
});

describe("doubles", () => {
  const double = (text: string): number => guest["double"]!(put(text));

  it.each([
    "0",
    "-0",
    "1",
    "0.1",
    "1e22",
    "1e23",
    "9007199254740993",
    "9007199254740992.9999999999999",
    "123456789012345678901234567890",
    "2.2250738585072011e-308",
    "2.2250738585072014e-308",
    "4.9e-324",
    "2.4703282292062327e-324",
    "2.4703282292062328e-324",
    "1.7976931348623157e308",
    "1.7976931348623158e308",
    "0.000000000000000000000000000000000000000000000001",
    "1e-400",
    "0e999999999999",
    `${"9".repeat(300)}`,
    `0.${"0".repeat(400)}1e400`,
    `1${"0".repeat(1000)}e-1000`,
    `9007199254740993.${"0".repeat(900)}1`,
    "1e-99999999999",
  ])("reads %s exactly", (text) => {
    expect(double(text)).toBe(Number(text));
  });

  it.each(["1e999", "-1e999", "1.8e308", "9".repeat(400), "1e99999999999999999", "true"])(
    "answers the default for %s",
    (text) => {
      expect(double(text)).toBe(-7.5);
    },
  );

  it("reads and writes random doubles exactly", () => {
    const random = seededRandom("doubles");
    const view = new DataView(new ArrayBuffer(8));
    for (let round = 0; round < 3_000; round++) {
      view.setUint32(0, random(2 ** 32));
      view.setUint32(4, random(2 ** 32));
      const value = view.getFloat64(0);
      if (!Number.isFinite(value)) continue;
      for (const text of [
        `${value}`,
        value.toExponential(17 + random(40)),
        value.toPrecision(1 + random(60)),
      ])
        expect(double(text), text).toBe(Number(text));
      expect(Number(string(guest["written"]!(value))), `${value}`).toBe(value);
      guest["__collect"]!();
    }
  });

  it.each([0.1, -2.5, 1, 1e21, 123456.789, 1e-7, 1.7976931348623157e308, 1e20, 0.00001, -3e-9, 9.5e15])(
    "writes %d as JavaScript does",
    (value) => {
      expect(string(guest["written"]!(value))).toBe(JSON.stringify(value));
    },
  );

  it("writes null for what JSON cannot express", () => {
    expect([NaN, Infinity, -Infinity].map((value) => string(guest["written"]!(value)))).toEqual([
      "null",
      "null",
      "null",
    ]);
  });
});

describe("withMember", () => {
  const withMember = (text: string, name = "k", member = "true"): string | null =>
    bytes(guest["withMember"]!(put(text), guest.__newString(name), guest.__newString(member)));

  it.each([
    ["{}", '{"k":true}'],
    ["{ }", '{"k":true }'],
    ['{ "a" : 1 }', '{ "a" : 1,"k":true }'],
    [' {"a":1}\n', '{"a":1,"k":true}'],
    ['{"k":false,"a":[1,{"k":0}]}', '{"a":[1,{"k":0}],"k":true}'],
    ['{"\\u006b":false,"a":1,"k":2}', '{"a":1,"k":true}'],
    ['{"a":1 , "k":2 , "b":3\n}', '{"a":1 , "b":3,"k":true\n}'],
    ['{"a":1 , "k":2 }', '{"a":1,"k":true }'],
    ['{"k":2}', '{"k":true}'],
    ["[1]", null],
    ["1", null],
  ])("makes %s %s", (text, expected) => {
    expect(withMember(text)).toBe(expected);
  });

  it("writes no text that is not JSON", () => {
    expect(withMember("{}", "k", "tru")).toBe(null);
    expect(withMember("{}", "k", '1,"x":2')).toBe(null);
    expect(withMember("{}", "k", deep(255))).toBe(`{"k":${deep(255)}}`);
    expect(withMember("{}", "k", deep(256))).toBe(null);
    expect(withMember("{}", 'q"\n')).toBe(`{"q\\"\\n":true}`);
  });

  it("agrees with JavaScript on random objects", () => {
    const random = seededRandom("json edits");
    for (let round = 0; round < 2_000; round++) {
      const object = Object.fromEntries(
        Array.from({ length: random(6) }, () => [`x${random(8)}`, randomValue(random, 2)]),
      );
      const text = JSON.stringify(object, null, random(3));
      const name = `x${random(8)}`;
      expect(JSON.parse(withMember(text, name)!), text).toEqual({ ...object, [name]: true });
      const rest = { ...object };
      delete rest[name];
      const without = bytes(guest["without"]!(put(text), guest.__newString(name)))!;
      expect(JSON.parse(without), text).toEqual(rest);
      if (!(name in object)) expect(without).toBe(text);
      guest["__collect"]!();
    }
  });
});

describe("quote", () => {
  it("writes what JSON.parse reads back", () => {
    for (const text of ["", "plain", 'q"\\\b\f\n\r\t\u0000\u001f', "é\u{1f600}", "\u{1f480}", "\ufffd\uffff"])
      expect(JSON.parse(string(guest["quoted"]!(put(text)))!)).toBe(text);
  });

  it("writes U+FFFD for a byte that is not UTF-8", () => {
    expect(string(guest["quoted"]!(put(Buffer.from([0x61, 0xff, 0x62]))))).toBe('"a\ufffdb"');
  });
});
