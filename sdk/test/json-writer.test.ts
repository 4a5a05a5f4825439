import { describe, expect, it } from "vitest";
import { instantiate } from "./compile.js";
import { seededRandom } from "./seeded-random.js";

const guest = await instantiate(`
  import { Json, JsonWriter } from "as-proxy-wasm-sdk/json";
  import { decode } from "as-proxy-wasm-sdk/assembly/abi/text";
  import { reset } from "as-proxy-wasm-sdk/assembly/abi/arena";

  export function example(): Uint8Array | null {
    return new JsonWriter()
      .beginObject()
      .name("user").string("J\u00f6rg \\"x\\"\\n")
      .name("tries").integer(-3)
      .name("big").unsigned(u64.MAX_VALUE)
      .name("rates").beginArray().number(0.5).number(1e300).number(NaN).number(-Infinity).endArray()
      .name("flags").beginArray().boolean(true).boolean(false).nullValue().endArray()
      .name("empty").beginObject().endObject()
      .endObject()
      .finish();
  }
  export function octets(bytes: Uint8Array): Uint8Array | null {
    return new JsonWriter().string(decode(bytes.dataStart, bytes.length)).finish();
  }
  export function copy(bytes: Uint8Array): Uint8Array | null {
    return new JsonWriter().beginArray().value(Json.parse(bytes).value!).text(bytes).endArray().finish();
  }
  export function text(bytes: Uint8Array): Uint8Array | null { return new JsonWriter().text(bytes).finish(); }
  export function deep(depth: i32): bool {
    const writer = new JsonWriter();
    for (let i = 0; i < depth; ++i) writer.beginArray();
    for (let i = 0; i < depth; ++i) writer.endArray();
    const bytes = writer.finish();
    return bytes !== null && Json.parse(bytes).value !== null;
  }

  /** One call for each byte. */
  export function calls(bytes: Uint8Array): Uint8Array | null {
    const writer = new JsonWriter();
    for (let i = 0; i < bytes.length; ++i) {
      switch (bytes[i] & 7) {
        case 0: writer.beginObject(); break;
        case 1: writer.endObject(); break;
        case 2: writer.beginArray(); break;
        case 3: writer.endArray(); break;
        case 4: writer.name("n" + i.toString()); break;
        case 5: writer.integer(i); break;
        case 6: writer.string("s"); break;
        default: writer.nullValue();
      }
    }
    const written = writer.finish();
    assert(written === null || !writer.failed);
    reset();
    return written;
  }
`);

const read = (pointer: number): string | null =>
  pointer === 0 ? null : Buffer.from(guest.__getUint8Array(pointer)).toString();
const put = (text: string | readonly number[]): number =>
  guest.newBytes(typeof text === "string" ? Buffer.from(text) : Uint8Array.from(text));

it("writes what it is told", () => {
  expect(read(guest["example"]!())).toBe(
    '{"user":"Jörg \\"x\\"\\n","tries":-3,"big":18446744073709551615,"rates":[0.5,1e+300,null,null],' +
      '"flags":[true,false,null],"empty":{}}',
  );
});

it("writes U+FFFD for octets that are not UTF-8", () => {
  expect(read(guest["octets"]!(put([0x61, 0xff, 0xc3, 0xa9, 0xed, 0xa0, 0x80])))).toBe(
    '"a\ufffdé\ufffd\ufffd\ufffd"',
  );
});

it("writes any text so that it is read back, and nothing but escapes in no time", () => {
  const random = seededRandom("json writer");
  for (let round = 0; round < 2_000; round++) {
    const text = String.fromCodePoint(
      ...Array.from({ length: random(30) }, () => random([0x20, 0x80, 0xd800, 0x800][random(4)]!)),
    );
    expect(JSON.parse(read(guest["octets"]!(put(text)))!)).toBe(text);
    guest["__collect"]!();
  }
  expect(read(guest["octets"]!(put('"'.repeat(500_000))))?.length).toBe(1_000_002);
});

it("copies values that were read, and checks text", () => {
  expect(read(guest["copy"]!(put(' {"a": 1.0} ')))).toBe('[{"a": 1.0}, {"a": 1.0} ]');
  expect(read(guest["text"]!(put("tru")))).toBe(null);
});

it("goes as deep as Json.parse reads, and no deeper", () => {
  expect([1, 256, 257, 100_000].map((depth) => guest["deep"]!(depth))).toEqual([1, 1, 0, 0]);
  expect(read(guest["copy"]!(put("[".repeat(256) + "]".repeat(256))))).toBe(null);
});

describe("calls that do not fit", () => {
  it.each([
    ["nothing", []],
    ["an object that is not ended", [0]],
    ["an end without its begin", [1]],
    ["an array's end for an object", [0, 3]],
    ["a member without a name", [0, 5, 1]],
    ["a name without a value", [0, 4, 1]],
    ["two names", [0, 4, 4, 5, 1]],
    ["a name in an array", [2, 4, 5, 3]],
    ["a name at the root", [4, 5]],
    ["two values", [5, 5]],
    ["something behind the end", [0, 1, 5]],
  ])("%s: finish gives null", (_name, calls) => {
    expect(read(guest["calls"]!(put(calls)))).toBe(null);
  });

  it("never lead to a text that is not JSON", () => {
    const random = seededRandom("json writer calls");
    let good = 0;
    for (let round = 0; round < 20_000; round++) {
      const text = read(guest["calls"]!(put(Array.from({ length: 1 + random(10) }, () => random(8)))));
      if (text !== null) JSON.parse(text);
      if (text !== null && text.length > 1) good += 1;
      guest["__collect"]!();
    }
    expect(good).toBeGreaterThan(100);
  });
});
