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
import type { PhaseView, StreamContext } from "./stream-context.js";
import type { WasmVm } from "./wasm-vm.js";

/**
 * A plugin in one stream's filter chain: turns Envoy's filter calls into callbacks of the guest, and the guest's
 * answers into Envoy's statuses (abi.md 2, 8).
 */
export class WasmFilter implements StreamFilter {
  #context: StreamContext | null = null;
  #failureReplySent = false;
  #destroyed = false;

  constructor(
    readonly name: string,
    private readonly vm: WasmVm,
    private readonly parentId: number,
    private readonly allowOnHeadersStopIteration: boolean,
    private readonly callbacks: StreamCallbacks,
    private readonly createContext: () => StreamContext,
  ) {}

  decodeHeaders(headers: HeaderMap, endStream: boolean): HeadersStatus {
    if (this.vm.failed) {
      this.#failStream();
      return "StopAllIterationAndWatermark";
    }
    this.#create();
    return this.#headers("proxy_on_request_headers", this.#context?.request, headers, endStream);
  }

  decodeData(data: BodyBuffer, endStream: boolean): DataStatus {
    return this.#data("request", this.#context?.request, data, endStream);
  }

  decodeTrailers(trailers: HeaderMap): TrailersStatus {
    return this.#trailers("proxy_on_request_trailers", this.#context?.request, trailers);
  }

  encodeHeaders(headers: HeaderMap, endStream: boolean): HeadersStatus {
    return this.#headers("proxy_on_response_headers", this.#context?.response, headers, endStream);
  }

  encodeData(data: BodyBuffer, endStream: boolean): DataStatus {
    return this.#data("response", this.#context?.response, data, endStream);
  }

  encodeTrailers(trailers: HeaderMap): TrailersStatus {
    const status = this.#trailers("proxy_on_response_trailers", this.#context?.response, trailers);
    // Envoy goes on to write the trailers of a stream that is gone; after the other callbacks it looks first.
    if (this.#destroyed && status === "Continue")
      throw new EnvoyCrash("close_stream in proxy_on_response_trailers, which then continues");
    return status;
  }

  onLog(maps: FinalMaps): void {
    if (this.vm.failed) return;
    // A request answered before it came to this filter: the context is made for the log alone.
    const context = this.#create();
    context.finalMaps = maps;
    this.vm.callback(context.id, "proxy_on_log", context.id);
    context.finalMaps = null;
  }

  onDestroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    const id = this.#context?.id;
    if (id === undefined) return;
    this.vm.callback(id, "proxy_on_done", id);
    this.vm.callback(id, "proxy_on_delete", id);
    this.vm.removeContext(id);
  }

  #create(): StreamContext {
    if (this.#context === null) {
      const context = this.createContext();
      this.#context = context;
      this.vm.callback(context.id, "proxy_on_context_create", context.id, this.parentId);
    }
    return this.#context;
  }

  #headers(
    name: "proxy_on_request_headers" | "proxy_on_response_headers",
    view: PhaseView | undefined,
    headers: HeaderMap,
    endStream: boolean,
  ): HeadersStatus {
    const skipped = this.#skips(view);
    if (skipped !== null) return skipped === "failed" ? "StopAllIterationAndWatermark" : "Continue";
    const context = this.#create();
    if (view !== undefined) view.headers = headers;
    context.endOfStream = endStream;
    const args = this.vm.abiVersion === "0.1.0" ? [headers.size] : [headers.size, endStream ? 1 : 0];
    const result = this.#callback(context, name, ...args);
    const status = this.#headersStatus(result);
    if (status === "Continue" && view !== undefined) view.headers = null;
    return status;
  }

  #data(
    direction: "request" | "response",
    view: PhaseView | undefined,
    data: BodyBuffer,
    endStream: boolean,
  ): DataStatus {
    const skipped = this.#skips(view);
    if (skipped !== null || view === undefined)
      return skipped === "failed" ? "StopIterationNoBuffer" : "Continue";
    const context = this.#create();
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

  #trailers(name: string, view: PhaseView | undefined, trailers: HeaderMap): TrailersStatus {
    const skipped = this.#skips(view);
    if (skipped !== null || view === undefined) return skipped === "failed" ? "StopIteration" : "Continue";
    const context = this.#create();
    view.trailers = trailers;
    const result = this.#callback(context, name, trailers.size);
    const status: TrailersStatus = result === 0 ? "Continue" : "StopIteration";
    if (status === "Continue") view.trailers = null;
    return status;
  }

  /** Why the guest is not called: it never saw the stream, or its VM is dead. Null: it is called. */
  #skips(view: PhaseView | undefined): "unseen" | "bypassed" | "failed" | null {
    if (view === undefined) return "unseen";
    if (this.#failureReplySent) return "bypassed";
    return this.vm.failed ? this.#failStream() : null;
  }

  /** Fail closed: the stream is answered with an empty 503, once (abi.md 11). */
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
  #callback(context: StreamContext, name: string, ...args: number[]): number | "stop" {
    const result = this.vm.filterCallback(context.id, name, context.id, ...args);
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
