// Frames of length-prefixed protocols, out of bytes that the network cut anywhere.
//
// What has come of a frame that is not complete waits in the guest, not in the host: Envoy stops reading when it holds
// `per_connection_buffer_limit_bytes`, and a larger frame would never be complete.

import { NetworkAction } from "./actions";
import { GrowingBytes } from "../growing-bytes";
import { NetworkFilter } from "./network-filter";
import { StreamData } from "./stream-data";

/** What is wrong with a frame. */
export enum BadFrame {
  /** `frameSize` said that these bytes do not begin a frame. */
  NotThisProtocol,
  /** It is larger than the decoder's limit. */
  TooLarge,
}

/** What becomes of a connection that has sent a bad frame. The place of the next frame is not known any more. */
export enum BadFrameAction {
  /** Everything from the bad frame on passes as it is, unseen, for the rest of the connection. */
  PassThrough,
  /** The connection is closed; the bad frame and all behind it go nowhere. */
  Close,
}

/** What a decoder does with what comes. */
const enum Mode {
  Decoding,
  PassingThrough,
  Closed,
}

/**
 * Finds the frames of one direction of one connection. Extend `FrameInspector` to look at them while they pass, or `FrameRewriter` to
 * decide what goes on; a filter has one as a field for each direction it is interested in:
 *
 *     class Requests extends FrameInspector<Dubbo> {
 *       constructor() { super(16, 8 << 20); }
 *       frameSize(head: Uint8Array): i64 {
 *         return bigEndian16(head, 0) == 0xdabb ? 16 + <i64>bigEndian32(head, 12) : -1;
 *       }
 *       onFrame(filter: Dubbo, frame: Uint8Array): void { … }
 *     }
 *
 *     class Dubbo extends NetworkFilter {
 *       private requests: Requests = new Requests();
 *       onDownstreamData(data: StreamData, endOfStream: bool): NetworkAction {
 *         return this.requests.decode(this, data, endOfStream);
 *       }
 *     }
 *
 * It needs all bytes of its direction, from the first one on, and its answer must be what the callback returns. Any cut of the bytes,
 * callbacks without bytes and several frames at once are the same to it.
 */
export abstract class FrameDecoder<F extends NetworkFilter> {
  private _mode: Mode = Mode.Decoding;
  /** What waits: the beginning of a frame. */
  private _waiting: GrowingBytes | null = null;
  /** How many bytes must be there before there is anything to do; 0: as many as `headSize`. */
  private _needed: i64 = 0;

  /**
   * `headSize`: how many bytes `frameSize` needs at least. `limit`: the size of the largest frame, head included; as much memory a
   * connection may take.
   */
  constructor(
    /** How many bytes `frameSize` needs at least. */
    readonly headSize: u32,
    /** The size of the largest frame, in bytes. */
    readonly limit: u32,
  ) {}

  /**
   * The size of the frame that begins with `head`, its head included, in bytes. `head` is what has come so far, `headSize` bytes or more, and
   * is not to be kept. 0: more bytes are needed to tell, as for a length of variable size; it is asked again when there are. Negative: these bytes begin no frame of this protocol.
   */
  abstract frameSize(head: Uint8Array): i64;

  /** A frame is bad. The rest of the connection passes through unseen, unless this is overridden to close it. */
  onBadFrame(filter: F, problem: BadFrame): BadFrameAction {
    return BadFrameAction.PassThrough;
  }

  /** Whether the decoder still looks for frames: false after a bad frame. */
  get isDecoding(): bool {
    return this._mode == Mode.Decoding;
  }

  /** Takes what a data callback got; gives what it returns. */
  abstract decode(filter: F, data: StreamData, endOfStream: bool): NetworkAction;

  // The parts of `decode`. Only the SDK calls them.

  get _isClosed(): bool {
    return this._mode == Mode.Closed;
  }

  /** How many bytes of an earlier callback wait. */
  get _waitingSize(): i32 {
    const waiting = this._waiting;
    return waiting === null ? 0 : waiting.length;
  }

  /** Everything that is to be looked at: what waits, and what has come now. Null: it is too little still, and waits. */
  _take(data: StreamData): Uint8Array | null {
    const arrived = data.bytes();
    let waiting = this._waiting;
    const size = <i64>(waiting === null ? 0 : waiting.length) + arrived.length;
    if (size < max<i64>(this._needed, this.headSize) || size == 0) {
      if (arrived.length > 0) {
        if (waiting === null) this._waiting = waiting = new GrowingBytes();
        waiting.append(arrived);
      }
      return null;
    }
    if (waiting === null) return arrived;
    waiting.append(arrived);
    return this._flush();
  }

  /** What waits, which does not wait any more. */
  _flush(): Uint8Array {
    const waiting = this._waiting;
    this._waiting = null;
    this._needed = 0;
    // Frames are views of it, and it is not written again.
    return waiting === null ? new Uint8Array(0) : waiting.written();
  }

  /** Keeps the beginning of a frame for the next callback. */
  _keep(bytes: Uint8Array, from: i32): void {
    if (from >= bytes.length) return;
    const waiting = new GrowingBytes();
    waiting.append(bytes.subarray(from));
    this._waiting = waiting;
  }

  /** The size of the complete frame at a place of what was taken. 0: there is none yet, or after `onBadFrame` none any more. */
  _nextSize(filter: F, bytes: Uint8Array, from: i32): i32 {
    const rest = <u32>(bytes.length - from);
    this._needed = 0;
    if (rest == 0 || rest < this.headSize) return 0;
    const size = this.frameSize(bytes.subarray(from));
    if (size < 0) return this.give(filter, BadFrame.NotThisProtocol);
    if (size > <i64>this.limit || (size == 0 && rest >= this.limit))
      return this.give(filter, BadFrame.TooLarge);
    if (size > 0 && size <= <i64>rest) return <i32>size;
    this._needed = size == 0 ? <i64>rest + 1 : size;
    return 0;
  }

  private give(filter: F, problem: BadFrame): i32 {
    if (this.onBadFrame(filter, problem) == BadFrameAction.PassThrough) {
      this._mode = Mode.PassingThrough;
    } else {
      this._mode = Mode.Closed;
      filter.closeDownstream();
    }
    return 0;
  }
}

/** Looks at frames while their bytes pass: nothing is delayed, and nothing can be changed. See `FrameDecoder`. */
export abstract class FrameInspector<F extends NetworkFilter> extends FrameDecoder<F> {
  /** A frame is complete; its first bytes have gone on already. `frame` may be kept. */
  abstract onFrame(filter: F, frame: Uint8Array): void;

  decode(filter: F, data: StreamData, endOfStream: bool): NetworkAction {
    if (this._isClosed) return NetworkAction.StopIteration;
    if (!this.isDecoding) return NetworkAction.Continue;
    const bytes = this._take(data);
    if (bytes === null) return NetworkAction.Continue;
    let at = 0;
    for (let size = this._nextSize(filter, bytes, at); size > 0; size = this._nextSize(filter, bytes, at)) {
      this.onFrame(filter, bytes.subarray(at, at + size));
      at += size;
    }
    if (this._isClosed) return NetworkAction.StopIteration;
    if (this.isDecoding) this._keep(bytes, at);
    return NetworkAction.Continue;
  }
}

/**
 * Decides what goes on, frame by frame: nothing of a frame passes before it is complete and `onFrame` has seen it. The beginning of one that
 * the peer never completes goes on at the end of the stream. See `FrameDecoder`.
 */
export abstract class FrameRewriter<F extends NetworkFilter> extends FrameDecoder<F> {
  /**
   * A frame is complete: give what goes on in its place. The same object: the frame as it is. Other bytes: these, be they none, one frame or
   * several. Null: it is dropped. `frame` may be kept, but not written to.
   */
  abstract onFrame(filter: F, frame: Uint8Array): Uint8Array | null;

  decode(filter: F, data: StreamData, endOfStream: bool): NetworkAction {
    if (this._isClosed) return this.send(data, new Uint8Array(0));
    if (!this.isDecoding) return NetworkAction.Continue;
    const waited = this._waitingSize;
    const bytes = this._take(data);
    if (bytes === null) {
      // What waits in the guest must not be sent by the host as well.
      if (!endOfStream) return data.size == 0 ? this.whileWaiting() : this.send(data, new Uint8Array(0));
      return waited == 0 ? this.forget() : this.send(data, this._flush());
    }
    let at = 0;
    /** What goes on, as soon as it is not simply what came; it has everything up to `written`. */
    let out: GrowingBytes | null = null;
    let written = 0;
    for (let size = this._nextSize(filter, bytes, at); size > 0; size = this._nextSize(filter, bytes, at)) {
      const frame = bytes.subarray(at, at + size);
      const instead = this.onFrame(filter, frame);
      if (instead !== frame) {
        if (out === null) out = new GrowingBytes();
        out.append(bytes.subarray(written, at));
        if (instead !== null) out.append(instead);
        written = at + size;
      }
      at += size;
    }
    if (this._isClosed) return this.send(data, new Uint8Array(0));
    // What no frame will be made of goes on as it is.
    const end = this.isDecoding && !endOfStream ? at : bytes.length;
    if (this.isDecoding && !endOfStream) this._keep(bytes, at);
    if (out === null) {
      if (waited == 0 && end == bytes.length) return NetworkAction.Continue;
      return this.send(data, bytes.subarray(0, end));
    }
    out.append(bytes.subarray(written, end));
    return this.send(data, out.written());
  }

  /** Puts bytes in place of what the host has. Where there are none nothing goes on: to choose a cluster, tcp_proxy waits for bytes. */
  private send(data: StreamData, bytes: Uint8Array): NetworkAction {
    data.replace(bytes);
    return bytes.length == 0 ? NetworkAction.StopIteration : NetworkAction.Continue;
  }

  private whileWaiting(): NetworkAction {
    return this._waitingSize == 0 ? NetworkAction.Continue : NetworkAction.StopIteration;
  }

  /** The host still has everything that waits: it came just now, with the end of the stream. */
  private forget(): NetworkAction {
    this._flush();
    return NetworkAction.Continue;
  }
}
