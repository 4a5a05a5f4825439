import { describe, expect, it } from "vitest";
import { instantiate } from "./compile.js";
import { seededRandom } from "./seeded-random.js";

const guest = await instantiate(`
  import { describeJsonError, Json, JsonReader, JsonToken } from "as-proxy-wasm-sdk/json";
  import { reset } from "as-proxy-wasm-sdk/assembly/abi/arena";

  let reader = new JsonReader();
  let skipped = "";
  export function begin(kept: i32, skip: string): void { reader = new JsonReader(kept); skipped = skip; }
  export function push(piece: Uint8Array): bool { return reader.push(piece); }
  export function finish(): void { reader.finish(); }

  /** All tokens there are now, one a line. */
  export function read(): string {
    const lines: string[] = [];
    let token = reader.next();
    while (token < JsonToken.More) {
      lines.push(line(token));
      if (reader.string() !== null && reader.string() == skipped) reader.skip();
      token = reader.next();
    }
    if (token == JsonToken.Error) lines.push("error: " + reader.error + " at " + reader.errorOffset.toString());
    if (token == JsonToken.End) lines.push("end at " + reader.stop.toString());
    assert(reader.next() == token);
    reset();
    return lines.join("\\n");
  }
  function line(token: JsonToken): string {
    const range = reader.start.toString() + "-" + reader.stop.toString() + " " + reader.depth.toString() + " ";
    switch (token) {
      case JsonToken.BeginObject: return range + "{";
      case JsonToken.EndObject: return range + "}";
      case JsonToken.BeginArray: return range + "[";
      case JsonToken.EndArray: return range + "]";
      case JsonToken.Name: return range + "name " + reader.string()!;
      case JsonToken.String: return range + "string " + reader.string()!;
      case JsonToken.Number: return range + "number " + reader.text() + " " + reader.number(-7.5).toString() + " " +
        reader.integer(i64.MIN_VALUE, i64.MAX_VALUE, -7).toString() + " " + reader.unsigned(u64.MAX_VALUE, 7).toString();
      default: return range + reader.text();
    }
  }

  /** What Json.parse says, in the words of the last line above. */
  export function verdict(text: Uint8Array): string {
    const result = Json.parse(text);
    reset();
    return result.value === null
      ? "error: " + result.error + " at " + result.offset.toString()
      : "end at " + text.length.toString();
  }
  /** Reads an array of objects and passes over all that is in them. */
  export function skipObjects(text: Uint8Array): string {
    const reader = JsonReader.of(text);
    let tokens = "";
    for (let token = reader.next(); token < JsonToken.More; token = reader.next()) {
      tokens += token.toString() + " ";
      if (token == JsonToken.BeginObject) reader.skip();
    }
    return tokens + reader.token.toString();
  }
`);

const string = (pointer: number): string => guest.__getString(pointer)!;

/** The tokens of a text that arrives in these pieces. */
function read(pieces: readonly Uint8Array[], skip = "\u0000", kept = 65536): string[] {
  guest["begin"]!(kept, guest.__newString(skip));
  const lines: string[] = [];
  const take = (): void => {
    const text = string(guest["read"]!());
    if (text !== "") lines.push(...text.split("\n"));
  };
  for (const piece of pieces) {
    if (guest["push"]!(guest.newBytes(piece))) take();
  }
  guest["finish"]!();
  if (!lines.at(-1)?.startsWith("error")) take();
  guest["__collect"]!();
  return lines;
}

/** A text cut at these offsets. */
function cut(text: Uint8Array, offsets: readonly number[]): Uint8Array[] {
  const ends = [...offsets, text.length];
  return ends.map((end, at) => text.subarray(at === 0 ? 0 : ends[at - 1]!, end));
}

const every = (length: number): number[] => Array.from({ length }, (_, at) => at + 1);

const document = Buffer.from(
  ' {"a":[1,-2.5e3,true,null,false,{"b":[]}], "é\\n\\ud83d\\ude00" : "\u{1f600} \\u20ac", "": {}, "n": 18446744073709551615 }\n',
);

it("gives every token with its range and depth", () => {
  expect(read([Buffer.from('{"a": [1, -2.5, "x"], "\\u0062": true}')])).toEqual([
    "0-1 1 {",
    "1-4 1 name a",
    "6-7 2 [",
    "7-8 2 number 1 1.0 1 1",
    "10-14 2 number -2.5 -2.5 -7 7",
    "16-19 2 string x",
    "19-20 1 ]",
    "22-30 1 name b",
    "32-36 1 true",
    "36-37 0 }",
    "end at 37",
  ]);
});

it("gives the same tokens wherever the text is cut", () => {
  const whole = read([document]);
  expect(whole.at(-1)).toBe(`end at ${document.length}`);
  for (let first = 0; first <= document.length; first++) {
    expect(read(cut(document, [first])), `cut at ${first}`).toEqual(whole);
    expect(read(cut(document, [first, Math.min(first + 1, document.length)]))).toEqual(whole);
  }
  expect(read(cut(document, every(document.length)))).toEqual(whole);
});

it("gives a root that is a number only when the text is finished", () => {
  expect(read(cut(Buffer.from("12345"), [2]))).toEqual([
    "0-5 0 number 12345 12345.0 12345 12345",
    "end at 5",
  ]);
});

it("says the same as Json.parse of texts that are wrong, in any pieces", () => {
  const random = seededRandom("json reader");
  const alphabet = '{}[]",:\\u0123456789abcdef.eE+-truefalsn \n\u00e9';
  for (let round = 0; round < 10_000; round++) {
    let bytes = [...document];
    for (let edits = random(4); edits > 0; edits--) {
      const piece =
        random(3) === 0
          ? []
          : random(3) === 0
            ? [random(256)]
            : [...Buffer.from(alphabet[random(alphabet.length)]!)];
      bytes.splice(random(bytes.length + 1), random(2), ...piece);
    }
    if (random(4) === 0) bytes = bytes.slice(0, random(bytes.length + 1));
    const text = Uint8Array.from(bytes);
    const offsets = Array.from({ length: random(4) }, () => random(text.length + 1)).sort((a, b) => a - b);
    const lines = read(cut(text, offsets));
    const verdict = string(guest["verdict"]!(guest.newBytes(text)));
    expect(lines.at(-1), Buffer.from(text).toString()).toBe(verdict);
    if (offsets.length > 0) expect(lines).toEqual(read([text]));
  }
});

describe("skip", () => {
  it("passes over the value of a name", () => {
    const text = Buffer.from('{"x":{"y":[1,{"x":2}]},"a":1,"x":7,"b":{"x":[]}}');
    const names = (lines: string[]): string[] => lines.map((line) => line.split(" ").slice(2).join(" "));
    const expected = [
      "{",
      "name x",
      "name a",
      "number 1 1.0 1 1",
      "name x",
      "name b",
      "{",
      "name x",
      "}",
      "}",
      "48",
    ];
    for (const offsets of [[], every(text.length), [3, 9, 30]])
      expect(names(read(cut(text, offsets), "x"))).toEqual(expected);
  });

  it("passes over what is in an object", () => {
    expect(string(guest["skipObjects"]!(guest.newBytes(Buffer.from('[{"a":[{}]},{},1]'))))).toBe(
      "2 0 1 0 1 6 3 11",
    );
  });

  it("still refuses what is wrong in there", () => {
    expect(read([Buffer.from('{"x":[1,tru]}')], "x").at(-1)).toBe("error: a value is due at 11");
  });
});

describe("what must be kept", () => {
  const long = Buffer.from(`["${"x".repeat(100)}"]`);

  it("may not be longer than the reader was told", () => {
    expect(read(cut(long, [60]), "", 50).at(-1)).toBe("error: a string or number is too long at 1");
    expect(read(cut(long, [40]), "", 50).at(-1)).toBe("end at 104");
    expect(read([long], "", 50).at(-1)).toBe("end at 104");
  });

  it("costs no square time, however small the pieces", () => {
    const text = Buffer.from(`["${"é\\t".repeat(15_000)}",${"1".repeat(60_000)}]`);
    const start = performance.now();
    expect(read(cut(text, every(text.length))).length).toBe(5);
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

it("is as deep as Json.parse", () => {
  const deep = (depth: number): Buffer => Buffer.from("[".repeat(depth) + "]".repeat(depth));
  expect(read([deep(256)]).at(-1)).toBe("end at 512");
  expect(read([deep(257)]).at(-1)).toBe("error: nested too deeply at 256");
});

it("takes no piece after the end or an error", () => {
  guest["begin"]!(100, guest.__newString(""));
  guest["finish"]!();
  expect(guest["push"]!(guest.newBytes(Buffer.from("1")))).toBe(0);
  guest["begin"]!(100, guest.__newString(""));
  expect(guest["push"]!(guest.newBytes(Buffer.from("}")))).toBe(1);
  guest["read"]!();
  expect(guest["push"]!(guest.newBytes(Buffer.from("1")))).toBe(0);
});
