import type { BodyBuffer } from "../http/body-buffer.js";
import { EnvoyCrash, MissingBodyNeeded } from "../http/exchange-signals.js";
import type { HeaderMap } from "../http/header-map.js";
import type {
  DataStatus,
  FinalMaps,
  HeadersStatus,
  StreamCallbacks,
  StreamFilter,
  TrailersStatus,
} from "../http/stream-filter.js";
import type { StreamContext } from "./stream-context.js";
import type { WasmVm } from "./wasm-vm.js";

type Direction = "request" | "response";

/**
 * A plugin in one stream's filter chain: turns Envoy's filter calls into callbacks of the guest, and the guest's
 * answers into Envoy's statuses (abi.md 2, 8).
 */
export class WasmFilter implements StreamFilter {
  #created = false;
  #failureReplySent = false;
  #destroyed = false;

  constructor(
    readonly name: string,
    private readonly vm: WasmVm,
    private readonly parentId: number,
    private readonly allowOnHeadersStopIteration: boolean,
    private readonly callbacks: StreamCallbacks,
    /** Has its id from the moment the chain is made; null when the VM was dead then. */
    private readonly context: StreamContext | null,
  ) {}

  decodeHeaders(headers: HeaderMap, endStream: boolean): HeadersStatus {
    if (this.vm.failed || this.context === null) {
      this.#failStream();
      return "StopAllIterationAndWatermark";
    }
    this.#create(this.context);
    return this.#headers("proxy_on_request_headers", "request", headers, endStream);
  }

  decodeData(data: BodyBuffer, endStream: boolean): DataStatus {
    return this.#data("request", data, endStream);
  }

  decodeTrailers(trailers: HeaderMap): TrailersStatus {
    return this.#trailers("request", trailers);
  }

  encodeHeaders(headers: HeaderMap, endStream: boolean): HeadersStatus {
    return this.#headers("proxy_on_response_headers", "response", headers, endStream);
  }

  encodeData(data: BodyBuffer, endStream: boolean): DataStatus {
    return this.#data("response", data, endStream);
  }

  encodeTrailers(trailers: HeaderMap): TrailersStatus {
    const status = this.#trailers("response", trailers);
    // Envoy goes on to write the trailers of a stream that is gone; after the other callbacks it looks first.
    if (this.#destroyed && status === "Continue")
      throw new EnvoyCrash("close_stream in proxy_on_response_trailers, which then continues");
    return status;
  }

  onLog(maps: FinalMaps): void {
    const { context } = this;
    if (this.vm.failed || context === null) return;
    // A request answered before it came to this filter: the guest hears of the stream for the log alone.
    this.#create(context);
    context.finalMaps = maps;
    this.vm.callback(context.id, "proxy_on_log", context.id);
    context.finalMaps = null;
  }

  onDestroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    const id = this.context?.id;
    if (id === undefined) return;
    if (this.#created) {
      this.vm.callback(id, "proxy_on_done", id);
      this.vm.callback(id, "proxy_on_delete", id);
    }
    // A callback in which the stream ended still acts for it.
    this.vm.removeContextAfterCallback(id);
  }

  #create({ id }: StreamContext): void {
    if (this.#created) return;
    this.#created = true;
    this.vm.callback(id, "proxy_on_context_create", id, this.parentId);
  }

  #headers(
    name: "proxy_on_request_headers" | "proxy_on_response_headers",
    direction: Direction,
    headers: HeaderMap,
    endStream: boolean,
  ): HeadersStatus {
    const context = this.#callable();
    if (typeof context === "string")
      return context === "failed" ? "StopAllIterationAndWatermark" : "Continue";
    const view = context[direction];
    view.headers = headers;
    context.endOfStream = endStream;
    // Version 0.1.0 does not say whether that is all.
    const ends = endStream && this.vm.abiVersion !== "0.1.0" ? 1 : 0;
    const result = this.#callback(context, name, headers.size, ends);
    const status = this.#headersStatus(result);
    if (status === "Continue") view.headers = null;
    return status;
  }

  #data(direction: Direction, data: BodyBuffer, endStream: boolean): DataStatus {
    const context = this.#callable();
    if (typeof context === "string") return context === "failed" ? "StopIterationNoBuffer" : "Continue";
    const view = context[direction];
    const name = `proxy_on_${direction}_body`;
    const callbacks = direction === "request" ? this.callbacks.decoder : this.callbacks.encoder;
    if (view.buffering) {
      callbacks.addData(data);
      // Holding more than the limit ended the stream.
      if (this.#destroyed) return "StopIterationAndBuffer";
    }
    const buffer = view.buffering ? (callbacks.heldData() ?? data) : data;
    const missing = buffer.missingBytes;
    if (missing !== null && this.vm.exports(name))
      throw new MissingBodyNeeded(direction, name, missing.reason);
    view.body = data;
    context.endOfStream = endStream;
    const result = this.#callback(context, name, buffer.length, endStream ? 1 : 0);
    const status = dataStatus(result);
    view.buffering = status === "StopIterationAndBuffer";
    if (status === "Continue") view.body = null;
    return status;
  }

  #trailers(direction: Direction, trailers: HeaderMap): TrailersStatus {
    const context = this.#callable();
    if (typeof context === "string") return context === "failed" ? "StopIteration" : "Continue";
    const view = context[direction];
    view.trailers = trailers;
    const result = this.#callback(context, `proxy_on_${direction}_trailers`, trailers.size);
    const status: TrailersStatus = result === 0 ? "Continue" : "StopIteration";
    if (status === "Continue") view.trailers = null;
    return status;
  }

  /** The context to call, or why the guest is not called: it never saw the stream's headers, or its VM is dead. */
  #callable(): StreamContext | "passed by" | "failed" {
    const { context } = this;
    if (context === null || !this.#created || this.#failureReplySent) return "passed by";
    return this.vm.failed ? this.#failStream() : context;
  }

  /** The stream of a dead VM is answered with an empty 503, once, under every failure policy (abi.md 11, E.5). */
  #failStream(): "failed" {
    if (!this.#failureReplySent) {
      this.#failureReplySent = true;
      this.callbacks.sendLocalReply({
        statusCode: 503,
        body: new Uint8Array(),
        details: "wasm_fail_stream",
        headers: [],
      });
    }
    return "failed";
  }

  /** The guest's answer; a callback that it does not export continues. */
  #callback(context: StreamContext, name: string, size: number, ends = 0): number | "stop" {
    const result = this.vm.filterCallback(context.id, name, context.id, size, ends);
    if (this.vm.failed) {
      this.#failStream();
      return "stop";
    }
    return result;
  }

  #headersStatus(result: number | "stop"): HeadersStatus {
    switch (result) {
      case 0:
      // ContinueAndEndStream has no meaning for Envoy and acts as Continue.
      case 2:
        return "Continue";
      case 1:
        return this.allowOnHeadersStopIteration ? "StopIteration" : "StopAllIterationAndWatermark";
      case 3:
        return "StopAllIterationAndBuffer";
      default:
        return "StopAllIterationAndWatermark";
    }
  }
}

function dataStatus(result: number | "stop"): DataStatus {
  switch (result) {
    case 0:
      return "Continue";
    case 1:
      return "StopIterationAndBuffer";
    case 2:
      return "StopIterationAndWatermark";
    default:
      return "StopIterationNoBuffer";
  }
}
