import type { HeadersStatus, StreamCallbacks, StreamFilter } from "./stream-filter.js";

/** Stands where a filter's configuration has not come, or was refused: every request is answered with 500 (abi.md F.8). */
export class MissingConfigFilter implements StreamFilter {
  constructor(
    readonly name: string,
    private readonly callbacks: StreamCallbacks,
  ) {}

  decodeHeaders(): HeadersStatus {
    const noFilterConfigFound = 0x200000;
    this.callbacks.sendLocalReply({
      statusCode: 500,
      body: new Uint8Array(),
      details: "",
      flags: noFilterConfigFound,
      headers: [],
    });
    return "StopIteration";
  }

  decodeData(): "Continue" {
    return "Continue";
  }

  decodeTrailers(): "Continue" {
    return "Continue";
  }

  encodeHeaders(): "Continue" {
    return "Continue";
  }

  encodeData(): "Continue" {
    return "Continue";
  }

  encodeTrailers(): "Continue" {
    return "Continue";
  }

  onLog(): void {}

  onDestroy(): void {}
}
