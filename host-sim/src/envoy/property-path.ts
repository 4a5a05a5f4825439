import type { ByteString } from "../byte-string.js";

/** The segments of a property path: joined with NUL, a trailing NUL ignored; dots separate nothing (abi.md 6.1). */
export function splitPath(path: ByteString): readonly ByteString[] {
  const segments = path.split("\0");
  if (segments.at(-1) === "") segments.pop();
  return segments;
}

/** The bytes of a 64-bit integer property. */
export function integerBytes(value: number | bigint): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)));
  return bytes;
}

/** A bool is one byte. */
export function booleanBytes(value: boolean): Uint8Array {
  return Uint8Array.of(value ? 1 : 0);
}
