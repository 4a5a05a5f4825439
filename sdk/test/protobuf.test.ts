import { describe, expect, it } from "vitest";
import { instantiate } from "./compile.js";
import { seededRandom } from "./seeded-random.js";

const guest = await instantiate(`
  import { jsonOfStruct, jsonOfValue, ProtobufReader, ProtobufWriter, WireType } from "as-proxy-wasm-sdk/protobuf";
  import { reset } from "as-proxy-wasm-sdk/assembly/abi/arena";
  import { decode } from "as-proxy-wasm-sdk/assembly/abi/text";

  /** One field of every type. */
  export function everyType(): Uint8Array {
    return new ProtobufWriter()
      .int32(1, -2).int64(2, i64.MIN_VALUE).uint32(3, u32.MAX_VALUE).uint64(4, u64.MAX_VALUE)
      .sint32(5, -3).sint64(6, i64.MIN_VALUE).boolean(7, true)
      .fixed32(8, 0x01020304).fixed64(9, 0x0102030405060708)
      .float(10, 1.5).double(11, -0.1)
      .string(12, "p\u00e9ts").bytes(13, Uint8Array.wrap(String.UTF8.encode("raw")))
      .message(14, new ProtobufWriter().uint64(1, 150))
      .uint32(536870911, 1)
      .finish();
  }

  /** What the reader makes of the same. */
  export function readEveryType(input: Uint8Array): string {
    const reader = new ProtobufReader(input);
    let text = "";
    while (reader.next()) {
      text += reader.field.toString() + "=";
      switch (reader.field) {
        case 1: text += reader.int32().toString(); break;
        case 2: text += reader.int64().toString(); break;
        case 3: text += reader.uint32().toString(); break;
        case 4: text += reader.uint64().toString(); break;
        case 5: text += reader.sint32().toString(); break;
        case 6: text += reader.sint64().toString(); break;
        case 7: text += reader.boolean().toString(); break;
        case 8: text += reader.fixed32().toString(); break;
        case 9: text += reader.fixed64().toString(); break;
        case 10: text += reader.float().toString(); break;
        case 11: text += reader.double().toString(); break;
        case 12: text += reader.string(); break;
        case 13: text += reader.bytes().length.toString(); break;
        case 14: {
          const nested = reader.message();
          while (nested.next()) text += "(" + nested.field.toString() + "=" + nested.uint64().toString() + ")";
          break;
        }
        default: text += "skipped";
      }
      text += " ";
    }
    return text + (reader.failed ? "failed" : "end");
  }

  /** Asks every getter for every field, on every level. */
  export function readAnything(input: Uint8Array): bool {
    const good = readMessage(new ProtobufReader(input), 8);
    const json = jsonOfStruct(input);
    if (json !== null) decode(json.dataStart, json.length);
    jsonOfValue(input);
    reset();
    return good;
  }
  function readMessage(reader: ProtobufReader, depth: i32): bool {
    const values: u64[] = [];
    while (reader.next()) {
      if (reader.wireType == WireType.Bytes) {
        reader.string();
        reader.bytes();
        if (depth > 0) readMessage(reader.message(), depth - 1);
      } else if (reader.wireType == WireType.Varint) {
        reader.sint64();
        reader.varints(values);
      } else if (reader.wireType == WireType.Fixed32) reader.float();
      else reader.double();
    }
    return !reader.failed;
  }

  export function mismatch(input: Uint8Array): string {
    const reader = new ProtobufReader(input);
    assert(reader.uint64() == 0 && reader.failed);
    const other = new ProtobufReader(input);
    other.next();
    const answers = other.fixed32().toString() + other.string() + other.bytes().length.toString() + other.double().toString();
    return answers + (other.message().next() ? "?" : "") + (other.next() ? "?" : "");
  }
  export function packed(input: Uint8Array): string {
    const values: u64[] = [];
    const reader = new ProtobufReader(input);
    while (reader.next()) reader.varints(values);
    return reader.failed ? "failed" : values.join(",");
  }
  export function structJson(input: Uint8Array): Uint8Array | null { return jsonOfStruct(input); }
  export function valueJson(input: Uint8Array): Uint8Array | null { return jsonOfValue(input); }
`);

const put = (bytes: readonly number[] | Uint8Array): number => guest.newBytes(Uint8Array.from(bytes));
const string = (pointer: number): string => guest.__getString(pointer)!;
const hex = (pointer: number): string => Buffer.from(guest.__getUint8Array(pointer)).toString("hex");
const unhex = (text: string): Uint8Array => Buffer.from(text.replaceAll(" ", ""), "hex");

// Written by hand after protobuf's encoding guide.
const everyType = [
  "08 feffffffffffffffff01",
  "10 80808080808080808001",
  "18 ffffffff0f",
  "20 ffffffffffffffffff01",
  "28 05",
  "30 ffffffffffffffffff01",
  "38 01",
  "45 04030201",
  "49 0807060504030201",
  "55 0000c03f",
  "59 9a9999999999b9bf",
  "62 05 70c3a97473",
  "6a 03 726177",
  "72 03 089601",
  "f8ffffff0f 01",
].join("");

it("writes every type as the encoding guide says", () => {
  expect(hex(guest["everyType"]!())).toBe(everyType.replaceAll(" ", ""));
});

it("reads every type, and skips what nobody asks for", () => {
  expect(string(guest["readEveryType"]!(put(unhex(everyType))))).toBe(
    "1=-2 2=-9223372036854775808 3=4294967295 4=18446744073709551615 5=-3 6=-9223372036854775808 7=true " +
      "8=16909060 9=72623859790382856 10=1.5 11=-0.1 12=péts 13=3 14=(1=150) 536870911=skipped end",
  );
});

describe("a message that is none", () => {
  it.each([
    ["a tag without a value", "08"],
    ["a varint that does not end", "08 ffff"],
    ["a varint of eleven bytes", "08 8080808080808080808001"],
    ["a varint of more than 64 bits", "08 ffffffffffffffffff02"],
    ["field number 0", "00 00"],
    ["a field number of more than 29 bits", "8080808010 00"],
    ["a length beyond the end", "0a 05 616263"],
    ["a length of 4 GiB", "0a ffffffff0f 61"],
    ["a length of 2^63", "0a 80808080808080808001 61"],
    ["half a fixed32", "0d 0102"],
    ["half a fixed64", "09 01020304"],
    ["a group", "0b 0801 0c"],
    ["wire type 6", "0e 01"],
    ["wire type 7", "0f 01"],
  ])("%s fails", (_name, bytes) => {
    expect(string(guest["readEveryType"]!(put(unhex(bytes))))).toMatch(/failed$/);
  });

  it("is told from an empty one", () => {
    expect(string(guest["readEveryType"]!(put([])))).toBe("end");
  });

  it("answers nothing to a getter that does not fit, and ends", () => {
    expect(string(guest["mismatch"]!(put(unhex("08 01 10 02"))))).toBe("000.0");
  });
});

it("reads packed and single integers alike", () => {
  expect(string(guest["packed"]!(put(unhex("0a 04 01 9601 03 08 07"))))).toBe("1,150,3,7");
  expect(string(guest["packed"]!(put(unhex("0a 02 01 96"))))).toBe("failed");
});

it("never traps on random and mutated bytes", () => {
  const random = seededRandom("protobuf");
  const documents = [unhex(everyType), struct({ a: [1, "two", { b: null }], c: true, d: { e: 0.5 } })];
  for (let round = 0; round < 20_000; round++) {
    const bytes = [...(round % 4 === 0 ? [] : documents[round % 2]!)];
    for (let edits = 1 + random(round % 4 === 0 ? 40 : 4); edits > 0; edits--)
      bytes.splice(random(bytes.length + 1), random(2), ...(random(4) === 0 ? [] : [random(256)]));
    guest["readAnything"]!(put(bytes));
    guest["__collect"]!();
  }
});

// An encoder of google.protobuf.Struct, as short as it can be.

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(Math.floor(value / 128))];
}

function field(number: number, bytes: Uint8Array): number[] {
  return [...varint(number * 8 + 2), ...varint(bytes.length), ...bytes];
}

function struct(object: Record<string, unknown>): Uint8Array {
  return Uint8Array.from(
    Object.entries(object).flatMap(([name, member]) =>
      field(1, Uint8Array.from([...field(1, Buffer.from(name)), ...field(2, value(member))])),
    ),
  );
}

function value(member: unknown): Uint8Array {
  if (member === null) return Uint8Array.of(8, 0);
  if (typeof member === "boolean") return Uint8Array.of(32, Number(member));
  if (typeof member === "string") return Uint8Array.from(field(3, Buffer.from(member)));
  if (typeof member === "number") {
    const bytes = Buffer.alloc(9, 17);
    bytes.writeDoubleLE(member, 1);
    return bytes;
  }
  if (Array.isArray(member))
    return Uint8Array.from(
      field(6, Uint8Array.from((member as unknown[]).flatMap((item) => field(1, value(item))))),
    );
  return Uint8Array.from(field(5, struct(member as Record<string, unknown>)));
}

describe("google.protobuf.Struct", () => {
  const json = (bytes: Uint8Array | number[], of = "structJson"): string | null => {
    const pointer = guest[of]!(put(bytes));
    const text = pointer === 0 ? null : Buffer.from(guest.__getUint8Array(pointer)).toString();
    guest["__collect"]!();
    return text;
  };

  it("becomes JSON", () => {
    expect(
      json(struct({ b: 1, list: [true, null, "x\n", [], {}], rate: 0.25, nested: { deep: -1e300 } })),
    ).toBe('{"b":1,"list":[true,null,"x\\n",[],{}],"rate":0.25,"nested":{"deep":-1e+300}}');
  });

  it.each([
    [{}, "{}"],
    [{ "": "" }, '{"":""}'],
    [{ n: NaN, i: Infinity }, '{"n":null,"i":null}'],
    [{ big: 2 ** 53, small: 5e-324, minus: -0 }, null],
  ])("becomes JSON: %j", (object, text) => {
    const made = json(struct(object));
    if (text === null) expect(JSON.parse(made!)).toEqual(JSON.parse(JSON.stringify(object)));
    else expect(made).toBe(text);
  });

  it("takes a Value without a kind, and an entry without a value, for null", () => {
    expect(json(unhex("0a 05 0a 01 61 12 00"))).toBe('{"a":null}');
    expect(json(unhex("0a 03 0a 01 61"))).toBe('{"a":null}');
    expect(json([], "valueJson")).toBe("null");
    expect(json(value([1, "a"]), "valueJson")).toBe('[1,"a"]');
  });

  it.each([
    ["JSON", Buffer.from('{"a":1}')],
    ["text", Buffer.from("hello")],
    ["another message", unhex("08 01")],
    ["one cut off", struct({ a: "text" }).slice(0, -1)],
    ["a Value of an unknown kind", unhex("0a 07 0a 01 61 12 02 38 01")],
    ["a Value of the wrong wire type", unhex("0a 07 0a 01 61 12 02 10 01")],
  ])("is not %s", (_name, bytes) => {
    expect(json(bytes)).toBe(null);
  });

  it("is read 256 levels deep, and no deeper", () => {
    let deep: unknown = [];
    for (let depth = 1; depth < 255; depth++) deep = [deep];
    expect(JSON.parse(json(struct({ deep }))!)).toEqual({ deep });
    expect(json(struct({ deep: [deep] }))).toBe(null);
  });

  it("agrees with JavaScript on random values", () => {
    const random = seededRandom("struct");
    const make = (depth: number): unknown => {
      const pick = random(depth > 0 ? 7 : 5);
      if (pick === 0) return null;
      if (pick === 1) return random(2) === 0;
      if (pick === 2) return random(1e6) - 5e5;
      if (pick === 3) return random(1e9) / 7;
      if (pick === 4) return 'é"\\x\n'.slice(random(5));
      const items = Array.from({ length: random(5) }, () => make(depth - 1));
      return pick === 5 ? items : Object.fromEntries(items.map((item, at) => [`m${at}`, item]));
    };
    for (let round = 0; round < 500; round++) {
      const object = { root: make(4) };
      expect(JSON.parse(json(struct(object))!)).toEqual(object);
    }
  });
});
