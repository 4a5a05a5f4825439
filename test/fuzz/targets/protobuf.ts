import { mutate, type Random } from "as-proxy-wasm-sim/explore";
import type { Target } from "../target.js";

const PIECES = ["\x0a", "\x08\x01", "\xff", "\x80", "\x00", "\x12\x02hi", "\x1d", "\x19"];

/** Protobuf messages: the fields as a plain reading of the encoding has them, and `google.protobuf.Struct` as JSON. */
export const protobuf: Target = {
  name: "protobuf",
  entry: "protobuf.ts",
  generate: (random) => {
    const bytes = random.once(2)
      ? struct(random, 3)
      : random.once(4)
        ? Buffer.from(random.bytes(30))
        : fields(random);
    return random.once(3) ? mutate(random, bytes, PIECES) : bytes;
  },
  expected: (input) => {
    const found: string[] = ["1"];
    let at = 0;
    const varint = (): bigint | undefined => {
      let value = 0n;
      for (let i = 0n; i < 10n && at < input.length; i++) {
        const byte = input[at++]!;
        value |= BigInt(byte & 0x7f) << (7n * i);
        if (byte < 0x80) return value < 1n << 64n ? value : undefined;
      }
      return undefined;
    };
    const field = (): boolean => {
      const tag = varint();
      if (tag === undefined || tag > 0xffff_ffffn || tag < 8n) return false;
      const type = Number(tag & 7n);
      let value: string;
      if (type === 0) {
        const number = varint();
        if (number === undefined) return false;
        value = String(BigInt.asIntN(64, number));
      } else if (type === 1 || type === 5) {
        const size = type === 1 ? 8 : 4;
        if (input.length - at < size) return false;
        value = String(size === 8 ? input.readBigInt64LE(at) : input.readUInt32LE(at));
        at += size;
      } else if (type === 2) {
        const size = varint();
        if (size === undefined || size > BigInt(input.length - at)) return false;
        value = input.toString("latin1", at, at + Number(size));
        at += Number(size);
      } else {
        return false;
      }
      found.push(String(tag >> 3n), String(type), value);
      return true;
    };
    let good = true;
    while (good && at < input.length) good = field();
    return [...found, good ? "0" : "1"];
  },
};

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  for (; value >= 0x80n; value >>= 7n) bytes.push(Number(value & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(value)]);
}

function bytesField(field: number, bytes: Buffer): Buffer {
  return Buffer.concat([varint(BigInt(field * 8 + 2)), varint(BigInt(bytes.length)), bytes]);
}

function fields(random: Random): Buffer {
  return Buffer.concat(
    Array.from({ length: random.below(6) }, () => {
      const type = random.pick([0, 1, 2, 5]);
      const tag = varint(BigInt(random.pick([1, 2, 15, 16, 2 ** 29 - 1]) * 8 + type));
      if (type === 0)
        return Buffer.concat([
          tag,
          varint(random.pick([0n, 1n, 127n, 128n, 2n ** 31n, 2n ** 32n, 2n ** 63n, 2n ** 64n - 1n])),
        ]);
      if (type === 2) return Buffer.concat([tag, varint(3n), Buffer.from("abc")]);
      return Buffer.concat([tag, Buffer.alloc(type === 1 ? 8 : 4, random.below(256))]);
    }),
  );
}

function struct(random: Random, depth: number): Buffer {
  return Buffer.concat(
    Array.from({ length: random.below(4) }, () =>
      bytesField(
        1,
        Buffer.concat([
          bytesField(1, Buffer.from(random.pick(["a", "é", ""]))),
          bytesField(2, structValue(random, depth)),
        ]),
      ),
    ),
  );
}

function structValue(random: Random, depth: number): Buffer {
  switch (random.below(depth > 0 ? 6 : 4)) {
    case 0:
      return Buffer.from([8, 0]);
    case 1: {
      const number = Buffer.alloc(9, 0x11);
      number.writeDoubleLE(random.pick([0, -0, 1.5, 1e300, NaN, -Infinity, 5e-324]), 1);
      return number;
    }
    case 2:
      return bytesField(3, Buffer.from(random.pick(["text", "\xff", ""]), "latin1"));
    case 3:
      return Buffer.from([0x20, random.below(2)]);
    case 4:
      return bytesField(5, struct(random, depth - 1));
    default:
      return bytesField(
        6,
        Buffer.concat(
          Array.from({ length: random.below(3) }, () => bytesField(1, structValue(random, depth - 1))),
        ),
      );
  }
}
