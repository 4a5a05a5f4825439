import {
  BadFrame,
  BadFrameAction,
  bigEndian32,
  FrameRewriter,
  NetworkAction,
  NetworkFilter,
  registerNetworkFilter,
  setBigEndian32,
  StreamData,
} from "as-proxy-wasm-sdk";

/** A frame is "FRAM", the size of its text in four bytes, and the text. */
const HEAD: i32 = 8;
const MAGIC: u32 = 0x4652414d;
const LIMIT: u32 = 65536;

/** Puts an "!" in front of every text; drops texts that begin with "#"; closes connections that speak something else. */
class Requests extends FrameRewriter<Frames> {
  constructor() {
    super(HEAD, LIMIT);
  }

  frameSize(head: Uint8Array): i64 {
    return bigEndian32(head, 0) == MAGIC ? HEAD + <i64>bigEndian32(head, 4) : -1;
  }

  onFrame(filter: Frames, frame: Uint8Array): Uint8Array | null {
    if (frame.length > HEAD && frame[HEAD] == 0x23) return null;
    const marked = new Uint8Array(frame.length + 1);
    marked.set(frame.subarray(0, HEAD));
    setBigEndian32(marked, 4, frame.length - HEAD + 1);
    marked[HEAD] = 0x21;
    marked.set(frame.subarray(HEAD), HEAD + 1);
    return marked;
  }

  onBadFrame(filter: Frames, problem: BadFrame): BadFrameAction {
    return BadFrameAction.Close;
  }
}

class Frames extends NetworkFilter {
  private requests: Requests = new Requests();

  onDownstreamData(data: StreamData, endOfStream: bool): NetworkAction {
    return this.requests.decode(this, data, endOfStream);
  }
}

registerNetworkFilter<Frames>("frames");
