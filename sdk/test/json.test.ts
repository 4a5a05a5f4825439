import { describe, expect, it } from "vitest";
import { instantiate } from "./compile.js";
import { seededRandom } from "./seeded-random.js";

const guest = await instantiate(`
  import { Json, JsonKind, quote } from "as-proxy-wasm-sdk/assembly/json/json";

  let input = new Uint8Array(0);
  let output = new Uint8Array(0);

  export function prepare(size: i32): usize { input = new Uint8Array(size); return input.dataStart; }
  export function result(): usize { return output.dataStart; }
  /** The length of what was asked for in \`result\`, or minus one minus the offset of the error. */
  export function parse(): i32 {
    const parsed = Json.parse(input);
    const value = parsed.value;
    if (value === null) return -1 - parsed.offset;
    const text = value.asString();
    output = Uint8Array.wrap(String.UTF8.encode(text === null ? "" : text));
    return output.length;
  }
  export function withMember(): i32 {
    const value = Json.parse(input).value;
    output = value === null ? new Uint8Array(0) : value.withMember("k", "true");
    return output.length;
  }
  export function integer(): i64 { return Json.parse(input).value!.asInteger(i64.MIN_VALUE, i64.MAX_VALUE, -7); }
  export function quoted(): i32 {
    output = Uint8Array.wrap(String.UTF8.encode(quote(String.UTF8.decode(input.buffer))));
    return output.length;
  }
  export function collect(): void { __collect(); }
`);

function put(text: string | Uint8Array): void {
  const bytes = typeof text === "string" ? Buffer.from(text) : text;
  const at = guest["prepare"]!(bytes.length);
  new Uint8Array((guest["memory"] as unknown as WebAssembly.Memory).buffer).set(bytes, at);
}

function output(size: number): string {
  const memory = (guest["memory"] as unknown as WebAssembly.Memory).buffer;
  const text = Buffer.from(memory, guest["result"]!(), size).toString();
  guest["collect"]!();
  return text;
}

const accepts = (text: string | Uint8Array): boolean => (put(text), guest["parse"]!() >= 0);

const deep = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

describe("Json.parse", () => {
  it.each([
    "null",
    "true",
    " false ",
    "0",
    "-0",
    "1.5e+10",
    "23456789012345678901234",
    '""',
    '"\\u00e9\\n\\f\\/"',
    "[]",
    "[ 1 , [ ] ]",
    "{}",
    '{"a":{"b":[1,2,{"c":null}]}}',
    '"\\ud83d\\ude00"',
    '"\u{1f600}é"',
    "\t\r\n[1]\n",
    '{"a":1,"a":2}',
    deep(256),
  ])("accepts %s", (text) => {
    expect(accepts(text)).toBe(true);
  });

  it.each([
    "",
    " ",
    "nul",
    "True",
    "01",
    "-",
    "1.",
    ".5",
    "1e",
    "+1",
    "1.2.3",
    "0x10",
    '"',
    '"\\x"',
    '"\\u12g4"',
    '"a\nb"',
    "[",
    "[1,]",
    "[,1]",
    "{",
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    "{a:1}",
    '{"a":1 "b":2}',
    "[1 2]",
    "1 2",
    "[]]",
    "'a'",
    "\ufeff{}",
    '"\\ud83d"',
    '"\\ude00"',
    '{"a":1}garbage',
    '{"a":[1,2,,}],"b":tru}',
    deep(257),
    "[".repeat(10_000),
    '{"a":'.repeat(10_000),
    "\0",
    "\u000c1",
    Buffer.from([0x22, 0xff, 0x22]),
    Buffer.from([0x22, 0xc0, 0x80, 0x22]),
    Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]),
    Buffer.from([0x22, 0xe2, 0x82]),
  ])("refuses %j", (text) => {
    expect(accepts(text)).toBe(false);
  });

  it("says where a text stops being JSON", () => {
    put('{"a":tru}');
    expect(guest["parse"]!()).toBe(-1 - 8);
  });

  it("agrees with JSON.parse on mutations of a document, and never traps", () => {
    const random = seededRandom("json");
    const document =
      '{"name":"\\u00e9\\"x","list":[1,-2.5e3,true,null,{"a":[]}],"text":"plain","deep":{"b":{"c":"d"}}}';
    const alphabet = '{}[]",:\\u0123456789abcdef.eE+-truefalsn \n';
    for (let round = 0; round < 20_000; round++) {
      let text = document;
      for (let edits = 1 + random(3); edits > 0; edits--) {
        const at = random(text.length + 1);
        const piece = random(3) === 0 ? "" : alphabet[random(alphabet.length)]!;
        text = text.slice(0, at) + piece + text.slice(at + random(2));
      }
      // JSON.parse takes half surrogate pairs; this reader does not.
      if (/\\u[dD][89a-fA-F]/.test(text)) continue;
      let valid = true;
      try {
        JSON.parse(text);
      } catch {
        valid = false;
      }
      expect(accepts(text), JSON.stringify(text)).toBe(valid);
    }
  });

  it("reads strings as JSON.parse does", () => {
    for (const text of ["", "plain", "é\u{1f600}", 'q"\\/\b\f\n\r\t\u0001', "a\\u0041"]) {
      put(JSON.stringify(text));
      expect(output(guest["parse"]!())).toBe(text);
    }
    put('"\\u0041\\ud83d\\ude00\\/"');
    expect(output(guest["parse"]!())).toBe("A\u{1f600}/");
  });

  it("reads whole numbers and nothing else as integers", () => {
    for (const [text, value] of [
      ["42", 42n],
      ["-42", -42n],
      ["1.0", -7n],
      ["1e3", -7n],
      ["99999999999999999999", -7n],
      ['"1"', -7n],
    ] as const) {
      put(text);
      expect(guest["integer"]!() as unknown as bigint).toBe(value);
    }
  });
});

describe("withMember", () => {
  it.each([
    ["{}", '{"k":true}'],
    ['{ "a" : 1 }', '{"a" : 1,"k":true}'],
    ['{"k":false,"a":[1,{"k":0}]}', '{"a":[1,{"k":0}],"k":true}'],
    ['{"\\u006b":false,"a":1,"k":2}', '{"a":1,"k":true}'],
    ["[1]", "[1]"],
  ])("makes %s %s", (text, expected) => {
    put(text);
    expect(output(guest["withMember"]!())).toBe(expected);
  });
});

it("quote writes what JSON.parse reads back", () => {
  for (const text of ["", "plain", 'q"\\\b\f\n\r\t\u0000\u001f', "é\u{1f600}", "\u{1f480}"]) {
    put(text);
    expect(JSON.parse(output(guest["quoted"]!()))).toBe(text);
  }
});
