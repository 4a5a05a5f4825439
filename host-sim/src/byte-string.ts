/**
 * Byte strings: JavaScript strings whose code units are bytes (0–255), one per byte on the wire.
 * They compare, concatenate and serve as map keys like any string, and lose nothing: a header value is any
 * sequence of octets (RFC 9110 §5.5), and Envoy passes octets >= 0x80 through raw (abi.md 3.5).
 */
export type ByteString = string;

/** One header field; the name is lower-case, as everywhere behind Envoy's codecs. */
export type HeaderPair = readonly [name: ByteString, value: ByteString];

/** Header fields in wire order; a repeated name is a repeated pair. Pseudo headers are ordinary pairs. */
export type HeaderList = readonly HeaderPair[];

/** The bytes of a byte string. */
export function toBytes(text: ByteString): Uint8Array {
  return Buffer.from(text, "latin1");
}

/** The byte string of some bytes. */
export function fromBytes(bytes: Uint8Array): ByteString {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** The byte string of a text, encoded as UTF-8. */
export function fromText(text: string): ByteString {
  return Buffer.from(text, "utf8").toString("latin1");
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text a person reads: UTF-8 where the bytes are UTF-8, otherwise each octet >= 0x80 as `\xNN`. */
export function toText(bytes: ByteString): string {
  try {
    return strictUtf8.decode(toBytes(bytes));
  } catch {
    return bytes.replace(/[\x80-\xff]/g, (octet) => `\\x${octet.charCodeAt(0).toString(16)}`);
  }
}

/** The first value of a header, or null when it is absent. */
export function firstValue(headers: HeaderList, name: ByteString): ByteString | null {
  for (const [key, value] of headers) if (key === name) return value;
  return null;
}
