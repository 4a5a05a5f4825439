/** Frame types and flags (RFC 9113 §6). */
export const DATA = 0;
export const HEADERS = 1;
export const RST_STREAM = 3;
export const SETTINGS = 4;
export const PING = 6;
export const GOAWAY = 7;
export const WINDOW_UPDATE = 8;
export const CONTINUATION = 9;
/** An extension that Envoy knows. */
export const METADATA = 0x4d;

/** Of DATA and HEADERS. */
export const END_STREAM = 1;
/** Of SETTINGS and PING. */
export const ACK = 1;
/** Of HEADERS and CONTINUATION; in METADATA frames the same bit ends the metadata. */
export const END_HEADERS = 4;
const PADDED = 8;
const PRIORITY = 32;

export const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

export interface RawFrame {
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
  readonly payload: Buffer;
}

export function encodeFrame(type: number, flags: number, streamId: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(streamId, 5);
  return Buffer.concat([head, payload]);
}

/** The whole frames at the beginning of `bytes`, and what is left. */
export function readFrames(bytes: Buffer): { readonly frames: readonly RawFrame[]; readonly rest: Buffer } {
  const frames: RawFrame[] = [];
  let at = 0;
  while (bytes.length - at >= 9) {
    const end = at + 9 + bytes.readUIntBE(at, 3);
    if (end > bytes.length) break;
    frames.push({
      type: bytes[at + 3] ?? 0,
      flags: bytes[at + 4] ?? 0,
      streamId: bytes.readUInt32BE(at + 5) & 0x7f_ff_ff_ff,
      payload: bytes.subarray(at + 9, end),
    });
    at = end;
  }
  return { frames, rest: bytes.subarray(at) };
}

/** What a DATA or HEADERS frame carries, without padding and priority. */
export function content({ type, flags, payload }: RawFrame): Buffer {
  const padding = flags & PADDED ? (payload[0] ?? 0) : 0;
  const start = (flags & PADDED ? 1 : 0) + (type === HEADERS && flags & PRIORITY ? 5 : 0);
  return payload.subarray(start, payload.length - padding);
}

/** Settings by their number (RFC 9113 §6.5.2). */
export function settingsFrame(settings: Readonly<Record<number, number>>): Buffer {
  const payload = Buffer.concat(
    Object.entries(settings).map(([id, value]) => {
      const setting = Buffer.alloc(6);
      setting.writeUInt16BE(Number(id), 0);
      setting.writeUInt32BE(value, 2);
      return setting;
    }),
  );
  return encodeFrame(SETTINGS, 0, 0, payload);
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
