/** What passes through a proxy on one stream, as it passes: it becomes a recorded stream with its order and its times. */
import type {
  HeaderList,
  RecordedBody,
  RecordedMessage,
  RecordedStream,
  StreamStep,
} from "as-proxy-wasm-sim";

type Side = "request" | "response";

class RecordedSide {
  headers: HeaderList | null = null;
  chunks: Uint8Array[] = [];
  bytes = 0;
  trailers: HeaderList | null = null;
  ended = false;

  constructor(private readonly limit: number) {}

  get isTooLarge(): boolean {
    return this.bytes > this.limit;
  }

  body(): RecordedBody {
    if (!this.isTooLarge) return { kind: "recorded", chunks: this.chunks };
    return {
      kind: "missing",
      size: this.ended ? this.bytes : null,
      reason: `it is larger than the ${this.limit} bytes that were recorded of a body`,
    };
  }
}

export class StreamRecorder {
  readonly #request: RecordedSide;
  readonly #response: RecordedSide;
  readonly #order: StreamStep[] = [];
  readonly #notes: string[] = [];
  #lastAt: number;
  #isOver = false;

  /** `now` gives milliseconds since the recording began; of a body no more than `bodyLimit` bytes are kept. */
  constructor(
    private readonly id: string,
    private readonly protocol: RecordedStream["protocol"],
    private readonly now: () => number,
    bodyLimit: number,
  ) {
    this.#request = new RecordedSide(bodyLimit);
    this.#response = new RecordedSide(bodyLimit);
    this.#at = now();
    this.#lastAt = this.#at;
  }

  readonly #at: number;

  /** Nothing more is recorded: both sides have ended, or one has broken off. */
  get isOver(): boolean {
    return this.#isOver;
  }

  headers(side: Side, headers: HeaderList, endStream: boolean): void {
    if (this.#isOver) return;
    const recorded = this.#side(side);
    recorded.headers = headers;
    this.#step(side);
    if (endStream) this.#end(recorded);
  }

  data(side: Side, bytes: Uint8Array): void {
    if (this.#isOver || bytes.length === 0) return;
    const recorded = this.#side(side);
    const wasTooLarge = recorded.isTooLarge;
    const isFirst = recorded.bytes === 0;
    recorded.bytes += bytes.length;
    if (!recorded.isTooLarge) {
      recorded.chunks.push(new Uint8Array(bytes));
      this.#step(side);
    } else if (!wasTooLarge) {
      // One piece stands for the whole body: the steps of the chunks before go.
      recorded.chunks = [];
      if (isFirst) this.#step(side);
    }
  }

  end(side: Side, trailers: HeaderList | null): void {
    const recorded = this.#side(side);
    if (this.#isOver || recorded.ended) return;
    recorded.trailers = trailers !== null && trailers.length > 0 ? trailers : null;
    this.#step(side);
    this.#end(recorded);
  }

  reset(by: "client" | "upstream"): void {
    if (this.#isOver || this.#request.headers === null) return;
    this.#step({ reset: by });
    this.#isOver = true;
  }

  note(sentence: string): void {
    this.#notes.push(sentence);
  }

  finish(): RecordedStream | null {
    const request = this.#message(this.#request);
    if (request === null) return null;
    return {
      id: this.id,
      source: "",
      protocol: this.protocol,
      request,
      response: this.#message(this.#response),
      order: this.#orderOfPieces(),
      ...(this.#at === 0 ? {} : { at: this.#at }),
      notes: this.#notes,
    };
  }

  #side(side: Side): RecordedSide {
    return side === "request" ? this.#request : this.#response;
  }

  #message(side: RecordedSide): RecordedMessage | null {
    if (side.headers === null) return null;
    return { headers: side.headers, body: side.body(), trailers: side.trailers };
  }

  #step(step: StreamStep): void {
    const at = this.now();
    const wait = Math.round((at - this.#lastAt) * 1000) / 1000;
    if (wait > 0) {
      this.#order.push({ wait });
      this.#lastAt = at;
    }
    this.#order.push(step);
  }

  #end(side: RecordedSide): void {
    side.ended = true;
    this.#isOver = this.#request.ended && this.#response.ended;
  }

  /** Of a body that is missing only its first chunk has a step: the piece that stands for it. */
  #orderOfPieces(): readonly StreamStep[] {
    const left = { request: piecesOf(this.#request), response: piecesOf(this.#response) };
    return this.#order.filter((step) => {
      if (step !== "request" && step !== "response") return true;
      left[step] -= 1;
      return left[step] >= 0;
    });
  }
}

/** Headers, the body that stands for all its chunks, an end; without a limit passed, as many as there are. */
function piecesOf(side: RecordedSide): number {
  return side.isTooLarge ? 3 : Infinity;
}
