// Percent-encoding (RFC 3986 §2.1) of octets: what was no UTF-8 before stays what it was.

import { decodeRange, encodeBytes } from "../abi/text";
import { hexValue } from "./hex";

/**
 * Percent-encodes every octet except letters, digits and "-", ".", "_", "~" (RFC 3986 §2.3), so that the text may stand
 * anywhere in a URI. `encodeURIComponent` leaves !'()* too.
 */
export function percentEncode(text: string): string {
  const bytes = encodeBytes(text);
  const encoded = new Uint8Array(bytes.length * 3);
  let size = 0;
  for (let i = 0; i < bytes.length; ++i) {
    const byte = <u32>unchecked(bytes[i]);
    if (isUnreserved(byte)) unchecked((encoded[size++] = <u8>byte));
    else size = writeOctet(encoded, size, byte);
  }
  return size == text.length ? text : decodeRange(encoded, 0, size);
}

/** The text with every %XX replaced by its octet; null when a "%" is not followed by two hexadecimal digits. "+" stays. */
export function percentDecode(text: string): string | null {
  if (text.indexOf("%") < 0) return text;
  const bytes = encodeBytes(text);
  const size = decodeInPlace(bytes, true, false);
  return size < 0 ? null : decodeRange(bytes, 0, size);
}

/** As `percentDecode`, but a "%" without two hexadecimal digits stays as it is, as browsers do (WHATWG URL §1.3). */
export function percentDecodeLenient(text: string): string {
  if (text.indexOf("%") < 0) return text;
  const bytes = encodeBytes(text);
  return decodeRange(bytes, 0, decodeInPlace(bytes, false, false));
}

/** A value of application/x-www-form-urlencoded: as `percentDecodeLenient`, and "+" is a space. */
export function decodeFormValue(text: string): string {
  if (text.indexOf("%") < 0 && text.indexOf("+") < 0) return text;
  const bytes = encodeBytes(text);
  return decodeRange(bytes, 0, decodeInPlace(bytes, false, true));
}

/** A value for application/x-www-form-urlencoded: a space is "+", letters, digits and *-._ stay (WHATWG URL §5.2). */
export function encodeFormValue(text: string): string {
  const bytes = encodeBytes(text);
  const encoded = new Uint8Array(bytes.length * 3);
  let size = 0;
  for (let i = 0; i < bytes.length; ++i) {
    const byte = <u32>unchecked(bytes[i]);
    if (byte == 0x20) unchecked((encoded[size++] = 0x2b));
    else if (byte == 0x2a || (byte != 0x7e && isUnreserved(byte))) unchecked((encoded[size++] = <u8>byte));
    else size = writeOctet(encoded, size, byte);
  }
  return decodeRange(encoded, 0, size);
}

function isUnreserved(byte: u32): bool {
  return (
    (byte | 0x20) - 0x61 < 26 ||
    byte - 0x30 < 10 ||
    byte == 0x2d ||
    byte == 0x2e ||
    byte == 0x5f ||
    byte == 0x7e
  );
}

/** Writes %XX at `size`, of which there must be room; gives the new size. */
function writeOctet(out: Uint8Array, size: i32, byte: u32): i32 {
  unchecked((out[size] = 0x25));
  unchecked((out[size + 1] = upperDigit(byte >> 4)));
  unchecked((out[size + 2] = upperDigit(byte & 15)));
  return size + 3;
}

function upperDigit(value: u32): u8 {
  return <u8>(value < 10 ? 0x30 + value : 0x37 + value);
}

/** Decodes `bytes` where they are; gives the new size, or -1 for a malformed sequence when `strict`. */
function decodeInPlace(bytes: Uint8Array, strict: bool, plusIsSpace: bool): i32 {
  const length = bytes.length;
  let size = 0;
  for (let i = 0; i < length; ++i) {
    let byte = <u32>unchecked(bytes[i]);
    if (byte == 0x25) {
      const high = i + 2 < length ? hexValue(unchecked(bytes[i + 1])) : 16;
      const low = i + 2 < length ? hexValue(unchecked(bytes[i + 2])) : 16;
      if ((high | low) < 16) {
        byte = (high << 4) | low;
        i += 2;
      } else if (strict) {
        return -1;
      }
    } else if (plusIsSpace && byte == 0x2b) {
      byte = 0x20;
    }
    unchecked((bytes[size++] = <u8>byte));
  }
  return size;
}
