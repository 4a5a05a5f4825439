import { BodyBuffer } from "./body-buffer.js";
import { HeaderMap, type HeaderMapKind } from "./header-map.js";
import {
  afterData,
  afterHeaders,
  afterTrailers,
  isStoppedForAll,
  type IterationState,
} from "./iteration-state.js";
import type { DataStatus, HeadersStatus, StreamFilter, TrailersStatus } from "./stream-filter.js";

/** A filter's three calls of one direction. */
export interface DirectionCalls {
  headers(filter: StreamFilter, headers: HeaderMap, endStream: boolean): HeadersStatus;
  data(filter: StreamFilter, data: BodyBuffer, endStream: boolean): DataStatus;
  trailers(filter: StreamFilter, trailers: HeaderMap): TrailersStatus;
}

export const decoding: DirectionCalls = {
  headers: (filter, headers, endStream) => filter.decodeHeaders(headers, endStream),
  data: (filter, data, endStream) => filter.decodeData(data, endStream),
  trailers: (filter, trailers) => filter.decodeTrailers(trailers),
};

export const encoding: DirectionCalls = {
  headers: (filter, headers, endStream) => filter.encodeHeaders(headers, endStream),
  data: (filter, data, endStream) => filter.encodeData(data, endStream),
  trailers: (filter, trailers) => filter.encodeTrailers(trailers),
};

/** What lies behind the last filter: the router for requests, the codec for responses. */
export interface DirectionEnd {
  headers(headers: HeaderMap, endStream: boolean): void;
  data(data: BodyBuffer, endStream: boolean): void;
  trailers(trailers: HeaderMap): void;
}

export interface DirectionOptions {
  readonly calls: DirectionCalls;
  readonly trailersKind: HeaderMapKind;
  readonly bufferLimit: number;
  readonly end: DirectionEnd;
  /** Held data grew over the limit while a filter buffers; reading stops instead when it streams. */
  readonly onDataTooLarge: () => void;
  /**
   * Trailers that a filter adds in its last body callback go on even when that callback holds or releases data. For
   * requests Envoy 1.40 does this: released together with a held body, added trailers reach the upstream twice.
   */
  readonly addedTrailersPassHeldData: boolean;
  /** Called after every filter call; true ends the iteration because the stream was answered or reset meanwhile. */
  readonly isOver: () => boolean;
}

/** What runs right now, if anything. */
export type RunningCall = "none" | "headers" | "data" | "trailers";

/**
 * One direction of a filter chain: who gets headers, body and trailers next, what is held and what releases it. The
 * rules are Envoy's filter manager's (abi.md 8.2, F.4, F.5); `iteration-state.ts` has the transitions.
 */
export class FilterDirection {
  readonly #positions: Position[];
  readonly #options: DirectionOptions;
  #headers: HeaderMap | null = null;
  #trailers: HeaderMap | null = null;
  #held: BodyBuffer | null = null;
  /** The whole message has come in. */
  #ended = false;
  #streaming = true;
  #readingPaused = false;
  running: RunningCall = "none";

  /** The filters in the order in which the direction passes them. */
  constructor(filters: readonly StreamFilter[], options: DirectionOptions) {
    this.#positions = filters.map((filter, index) => new Position(filter, index));
    this.#options = options;
  }

  get headers(): HeaderMap | null {
    return this.#headers;
  }

  get trailers(): HeaderMap | null {
    return this.#trailers;
  }

  /** The peer is not read any more: a filter streams and holds more than the limit. */
  get readingPaused(): boolean {
    return this.#readingPaused;
  }

  /** The first filter that holds the stream, for messages. */
  get holder(): { readonly name: string; readonly state: IterationState } | null {
    const position = this.#positions.find(({ state }) => state !== "continuing");
    return position === undefined ? null : { name: position.filter.name, state: position.state };
  }

  /** Headers that no filter gets, shown when the stream is logged. */
  keepHeaders(headers: HeaderMap): void {
    this.#headers = headers;
  }

  receiveHeaders(headers: HeaderMap, endStream: boolean): void {
    this.#headers = headers;
    this.#ended = endStream;
    this.#passHeaders(0, headers, endStream);
  }

  receiveData(data: BodyBuffer, endStream: boolean): void {
    this.#ended = endStream;
    this.#passData(0, data, endStream);
  }

  receiveTrailers(trailers: HeaderMap): void {
    this.#ended = true;
    this.#trailers = trailers;
    this.#passTrailers(0, trailers);
  }

  /** As Envoy's addDecodedData and addEncodedData. */
  addData(data: BodyBuffer): void {
    this.#streaming = false;
    this.#hold(data);
  }

  /** The held body, or null when nothing is held. */
  get heldData(): BodyBuffer | null {
    return this.#held;
  }

  addTrailers(): HeaderMap {
    return (this.#trailers ??= new HeaderMap(this.#options.trailersKind));
  }

  continueFrom(index: number): void {
    const position = this.#positions[index];
    if (position !== undefined && !this.#options.isOver()) this.#continue(position);
  }

  #passHeaders(from: number, headers: HeaderMap, endStream: boolean): void {
    for (let index = from; index < this.#positions.length; index++) {
      const position = this.#positions[index] as Position;
      position.endStream = endStream;
      const before = this.#start("headers");
      const status = this.#options.calls.headers(position.filter, headers, endStream);
      this.running = before;
      if (this.#options.isOver()) return;
      const { state, step } = afterHeaders(status);
      position.state = state;
      if (step !== "pass on") return;
      position.headersContinued = true;
    }
    this.#options.end.headers(headers, endStream);
  }

  #passData(from: number, data: BodyBuffer, endStream: boolean): void {
    let trailersAddedBy: number | null = null;
    for (let index = from; index < this.#positions.length; index++) {
      const position = this.#positions[index] as Position;
      if (isStoppedForAll(position.state)) {
        this.#streaming = position.state === "stopped, watermark";
        this.#hold(data);
        return;
      }
      if (position.endStream) return;
      const trailersBefore = this.#trailers;
      position.endStream = endStream && trailersBefore === null;
      const before = this.#start("data");
      const status = this.#options.calls.data(position.filter, data, position.endStream);
      this.running = before;
      if (this.#options.isOver()) return;
      if (trailersBefore === null && this.#trailers !== null) trailersAddedBy ??= position.index;
      const passesOn = this.#applyDataStatus(position, status, data);
      if (this.#options.isOver()) return;
      if (passesOn) continue;
      if (trailersAddedBy !== null && this.#trailers !== null && this.#options.addedTrailersPassHeldData) {
        this.#passTrailers(trailersAddedBy + 1, this.#trailers);
      }
      return;
    }
    this.#options.end.data(data, endStream && this.#trailers === null);
    if (trailersAddedBy !== null && this.#trailers !== null && !this.#options.isOver()) {
      this.#passTrailers(trailersAddedBy + 1, this.#trailers);
    }
  }

  #applyDataStatus(position: Position, status: DataStatus, data: BodyBuffer): boolean {
    const { state, step } = afterData(position.state, status);
    const before = position.state;
    position.state = state;
    switch (step) {
      case "pass on":
        position.headersContinued = true;
        return true;
      case "release":
        position.state = before;
        this.#hold(data);
        if (!this.#options.isOver()) this.#continue(position);
        return false;
      case "hold":
        this.#streaming = status === "StopIterationAndWatermark";
        this.#hold(data);
        return false;
      case "stop":
        // A later release must still bring the end of the stream, so there must be something to release.
        if (this.#ended && this.#trailers === null) this.#held ??= this.#createHeld();
        return false;
    }
  }

  #passTrailers(from: number, trailers: HeaderMap): void {
    for (let index = from; index < this.#positions.length; index++) {
      const position = this.#positions[index] as Position;
      if (isStoppedForAll(position.state)) return;
      position.endStream = true;
      const before = this.#start("trailers");
      const status = this.#options.calls.trailers(position.filter, trailers);
      this.running = before;
      if (this.#options.isOver()) return;
      const { state, step } = afterTrailers(position.state, status);
      if (step === "release") {
        this.#continue(position);
        return;
      }
      position.state = state;
      if (step !== "pass on") return;
      position.headersContinued = true;
    }
    this.#options.end.trailers(trailers);
  }

  /** Everything that waits behind a filter goes on: its headers if they have not, what is held, the trailers. */
  #continue(position: Position): void {
    // What was stopped for all frames has not been seen by the filter itself yet.
    const next = isStoppedForAll(position.state) ? position.index : position.index + 1;
    position.state = "continuing";
    this.#readingPaused = false;
    const trailersBefore = this.#trailers;
    if (!position.headersContinued && this.#headers !== null) {
      position.headersContinued = true;
      const endStream = this.#ended && this.#held === null && trailersBefore === null;
      this.#passHeaders(position.index + 1, this.#headers, endStream);
    }
    if (this.#held !== null && !this.#options.isOver()) {
      this.#passData(next, this.#held, this.#ended && trailersBefore === null);
    }
    if (trailersBefore !== null && !this.#options.isOver()) this.#passTrailers(next, trailersBefore);
  }

  /** Moves data to what is held, unless it is what is held. */
  #hold(data: BodyBuffer): void {
    this.#held ??= this.#createHeld();
    if (this.#held !== data) this.#held.move(data);
  }

  #createHeld(): BodyBuffer {
    return new BodyBuffer(undefined, this.#options.bufferLimit, () => {
      if (this.#streaming) this.#readingPaused = true;
      else this.#options.onDataTooLarge();
    });
  }

  /** A filter's call begins; gives what ran before. A call that throws ends the stream: nobody asks any more. */
  #start(call: Exclude<RunningCall, "none">): RunningCall {
    const before = this.running;
    this.running = call;
    return before;
  }
}

class Position {
  state: IterationState = "continuing";
  headersContinued = false;
  /** The filter has been told that nothing more comes. */
  endStream = false;

  constructor(
    readonly filter: StreamFilter,
    readonly index: number,
  ) {}
}
