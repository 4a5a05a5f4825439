import type { Socket } from "node:net";

import type { Http2Frame } from "../../http/http2/frame.js";

import * as frames from "./frame.js";
import { encodeFields, type FieldList, HpackDecoder } from "./hpack.js";

const MAXIMUM_WINDOW = 2 ** 31 - 1;
const DEFAULT_WINDOW = 65_535;
const MAXIMUM_FRAME = 16_384;

const ENABLE_PUSH = 2;
const INITIAL_WINDOW_SIZE = 4;
/** Envoy sends METADATA to peers alone that say they know it. */
const ENABLE_METADATA = 0x4d_44;

/**
 * One end of an HTTP/2 connection, frame by frame: what it sends is exactly what it is told, valid or not, and what it gets
 * is kept as it came. Its windows are as large as they can be, so that Envoy never waits for them.
 */
export class Http2Connection {
  readonly streams = new Map<number, Http2Stream>();
  /** A stream that the peer opened. */
  onStream: (stream: Http2Stream) => void = () => {};
  #received: Buffer = Buffer.alloc(0);
  #prefaceLeft: number;
  #block: {
    readonly stream: Http2Stream;
    readonly kind: "headers" | "metadata";
    readonly endStream: boolean;
    parts: Buffer[];
  } | null = null;
  readonly #hpack = new HpackDecoder();
  #metadata = new Map<number, Buffer[]>();
  #settled: () => void = () => {};
  /** The peer's settings have come. */
  readonly settled = new Promise<void>((resolve) => (this.#settled = resolve));

  constructor(
    readonly socket: Socket,
    role: "client" | "server",
  ) {
    this.#prefaceLeft = role === "server" ? frames.PREFACE.length : 0;
    socket.on("data", (bytes: Buffer) => this.#receive(bytes));
    if (role === "client") socket.write(frames.PREFACE);
    socket.write(
      Buffer.concat([
        frames.settingsFrame({
          ...(role === "client" ? { [ENABLE_PUSH]: 0 } : {}),
          [INITIAL_WINDOW_SIZE]: MAXIMUM_WINDOW,
          [ENABLE_METADATA]: 1,
        }),
        frames.encodeFrame(frames.WINDOW_UPDATE, 0, 0, frames.uint32(MAXIMUM_WINDOW - DEFAULT_WINDOW)),
      ]),
    );
  }

  stream(id: number): Http2Stream {
    const known = this.streams.get(id);
    if (known !== undefined) return known;
    const stream = new Http2Stream(this, id);
    this.streams.set(id, stream);
    return stream;
  }

  send(type: number, flags: number, streamId: number, payload: Uint8Array): void {
    if (this.socket.writable) this.socket.write(frames.encodeFrame(type, flags, streamId, payload));
  }

  #receive(bytes: Buffer): void {
    const skipped = Math.min(this.#prefaceLeft, bytes.length);
    this.#prefaceLeft -= skipped;
    const { frames: complete, rest } = frames.readFrames(
      Buffer.concat([this.#received, bytes.subarray(skipped)]),
    );
    this.#received = rest;
    for (const frame of complete) this.#accept(frame);
  }

  #accept(frame: frames.RawFrame): void {
    const { type, flags, streamId, payload } = frame;
    const has = (flag: number) => (flags & flag) !== 0;
    switch (type) {
      case frames.SETTINGS:
        if (has(frames.ACK)) return;
        this.send(frames.SETTINGS, frames.ACK, 0, Buffer.alloc(0));
        this.#settled();
        return;
      case frames.PING:
        if (!has(frames.ACK)) this.send(frames.PING, frames.ACK, 0, payload);
        return;
      case frames.HEADERS:
        this.#block = {
          stream: this.#opened(streamId),
          kind: "headers",
          endStream: has(frames.END_STREAM),
          parts: [frames.content(frame)],
        };
        if (has(frames.END_HEADERS)) this.#endBlock();
        return;
      case frames.CONTINUATION:
        this.#block?.parts.push(payload);
        if (has(frames.END_HEADERS)) this.#endBlock();
        return;
      case frames.DATA:
        this.stream(streamId).receive({
          type: "DATA",
          bytes: frames.content(frame),
          endStream: has(frames.END_STREAM),
        });
        return;
      case frames.METADATA: {
        const parts = [...(this.#metadata.get(streamId) ?? []), payload];
        this.#metadata.set(streamId, parts);
        if (!has(frames.END_HEADERS)) return;
        this.#metadata.delete(streamId);
        // Metadata is compressed without a table of its own or anybody else's.
        const fields = new HpackDecoder().decode(Buffer.concat(parts));
        this.stream(streamId).receive({ type: "METADATA", fields });
        return;
      }
      case frames.RST_STREAM:
        this.stream(streamId).receive({ type: "RST_STREAM", code: payload.readUInt32BE(0) });
        return;
      case frames.GOAWAY:
        for (const stream of this.streams.values())
          stream.receive({ type: "GOAWAY", code: payload.readUInt32BE(4) });
    }
  }

  #opened(id: number): Http2Stream {
    const isNew = !this.streams.has(id);
    const stream = this.stream(id);
    if (isNew) this.onStream(stream);
    return stream;
  }

  #endBlock(): void {
    const block = this.#block;
    this.#block = null;
    if (block === null) return;
    const fields = this.#hpack.decode(Buffer.concat(block.parts));
    block.stream.receive({ type: "HEADERS", fields, endStream: block.endStream });
  }
}

/** One stream of a connection: what came on it, and what is sent. */
export class Http2Stream {
  readonly received: Http2Frame[] = [];
  onFrame: () => void = () => {};

  constructor(
    private readonly connection: Http2Connection,
    readonly id: number,
  ) {}

  receive(frame: Http2Frame): void {
    this.received.push(frame);
    this.onFrame();
  }

  /** The peer has ended its message. */
  get complete(): boolean {
    return this.received.some((frame) => "endStream" in frame && frame.endStream);
  }

  get reset(): boolean {
    return this.received.some(({ type }) => type === "RST_STREAM");
  }

  send(frame: Http2Frame): void {
    switch (frame.type) {
      case "HEADERS":
        return this.sendHeaders(frame.fields, frame.endStream);
      case "DATA":
        return this.sendData(frame.bytes, frame.endStream);
      case "METADATA":
        return this.sendMetadata(frame.fields);
      case "RST_STREAM":
        return this.sendReset(frame.code);
      case "GOAWAY":
        throw new Error("GOAWAY belongs to no stream");
    }
  }

  sendHeaders(fields: FieldList, endStream: boolean): void {
    const block = encodeFields(fields);
    const end = endStream ? frames.END_STREAM : 0;
    for (let at = 0; at === 0 || at < block.length; at += MAXIMUM_FRAME) {
      const last = at + MAXIMUM_FRAME >= block.length ? frames.END_HEADERS : 0;
      const part = block.subarray(at, at + MAXIMUM_FRAME);
      if (at === 0) this.connection.send(frames.HEADERS, end | last, this.id, part);
      else this.connection.send(frames.CONTINUATION, last, this.id, part);
    }
  }

  /** One DATA frame for each 16384 octets, the largest that every peer takes. */
  sendData(bytes: Uint8Array, endStream: boolean): void {
    for (let at = 0; at === 0 || at < bytes.length; at += MAXIMUM_FRAME) {
      const last = endStream && at + MAXIMUM_FRAME >= bytes.length;
      this.connection.send(
        frames.DATA,
        last ? frames.END_STREAM : 0,
        this.id,
        bytes.subarray(at, at + MAXIMUM_FRAME),
      );
    }
  }

  sendMetadata(fields: FieldList): void {
    this.connection.send(frames.METADATA, frames.END_HEADERS, this.id, encodeFields(fields));
  }

  sendReset(code: number): void {
    this.connection.send(frames.RST_STREAM, 0, this.id, frames.uint32(code));
  }
}
