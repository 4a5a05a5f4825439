import { BufferType, HeaderMapType, Status, StreamType } from "../abi/enums.js";
import type { LocalReplyRequest } from "../abi/host-context.js";
import { EnvoyCrash } from "../http/exchange-signals.js";
import type { BodyBuffer } from "../http/body-buffer.js";
import type { HeaderMap } from "../http/header-map.js";
import type { DirectionCallbacks, FinalMaps, StreamCallbacks } from "../http/stream-filter.js";
import type { StreamInfo } from "../http/stream-info.js";
import type { VmScope } from "./base-context.js";
import { ChildContext } from "./child-context.js";
import type { NodeIdentity } from "./plugin-properties.js";
import type { RootContext } from "./root-context.js";

/** What one direction of a stream shows to the guest right now; null is what Envoy's null pointers are (abi.md 8.1). */
export interface PhaseView {
  headers: HeaderMap | null;
  body: BodyBuffer | null;
  trailers: HeaderMap | null;
  /** The last body callback asked to keep the data: the buffer is everything held so far. */
  buffering: boolean;
}

/** The plugin inside one stream: what host calls mean there. */
export class StreamContext extends ChildContext {
  readonly request: PhaseView = { headers: null, body: null, trailers: null, buffering: false };
  readonly response: PhaseView = { headers: null, body: null, trailers: null, buffering: false };
  /** Whether the callback that runs is the last of its direction. */
  endOfStream = false;
  /** Set while `proxy_on_log` runs. */
  finalMaps: FinalMaps | null = null;

  constructor(
    id: number,
    root: RootContext,
    readonly callbacks: StreamCallbacks,
    info: StreamInfo,
    scope: VmScope,
    node: NodeIdentity,
  ) {
    super(id, root, info, scope, node);
  }

  override get streamKind(): "http" {
    return "http";
  }

  protected override get unavailableMap(): 1 | 2 {
    return this.finalMaps === null ? Status.BadArgument : Status.NotFound;
  }

  protected override readableMap(type: HeaderMapType): HeaderMap | null {
    const final = this.finalMaps;
    switch (type) {
      case HeaderMapType.RequestHeaders:
        return final === null ? this.request.headers : final.requestHeaders;
      case HeaderMapType.RequestTrailers:
        return final === null ? this.request.trailers : null;
      case HeaderMapType.ResponseHeaders:
        return final === null ? this.response.headers : final.responseHeaders;
      case HeaderMapType.ResponseTrailers:
        return final === null ? this.response.trailers : final.responseTrailers;
      default:
        return super.readableMap(type);
    }
  }

  protected override writableMap(type: HeaderMapType): HeaderMap | null {
    switch (type) {
      case HeaderMapType.RequestHeaders:
        return this.request.headers;
      case HeaderMapType.RequestTrailers:
        return this.#trailers(this.request, this.callbacks.decoder);
      case HeaderMapType.ResponseHeaders:
        return this.response.headers;
      case HeaderMapType.ResponseTrailers:
        return this.#trailers(this.response, this.callbacks.encoder);
      default:
        return null;
    }
  }

  /** Touching the trailers in the last body callback creates them (abi.md 8.1). */
  #trailers(view: PhaseView, direction: DirectionCallbacks): HeaderMap | null {
    if (view.trailers === null && view.body !== null && this.endOfStream)
      view.trailers = direction.addTrailers();
    return view.trailers;
  }

  protected override onHeadersModified(type: HeaderMapType): void {
    if (type === HeaderMapType.RequestHeaders) this.callbacks.clearRouteCache();
  }

  protected override bodyBuffer(type: BufferType): BodyBuffer | null {
    switch (type) {
      case BufferType.HttpRequestBody:
        return this.request.buffering ? this.callbacks.decoder.heldData() : this.request.body;
      case BufferType.HttpResponseBody:
        return this.response.buffering ? this.callbacks.encoder.heldData() : this.response.body;
      default:
        return super.bodyBuffer(type);
    }
  }

  override sendLocalResponse(reply: LocalReplyRequest): Status {
    this.root.vm.afterCallback(() =>
      this.callbacks.sendLocalReply({
        statusCode: reply.statusCode,
        body: reply.body,
        headers: reply.headers,
        details: reply.details.replace(/\s/g, "_"),
        ...(reply.grpcStatus >= 0 && reply.grpcStatus <= 16 ? { grpcStatus: reply.grpcStatus } : {}),
      }),
    );
    return Status.Ok;
  }

  override continueStream(type: StreamType): Status {
    switch (type) {
      case StreamType.Upstream:
        return Status.Unimplemented;
      case StreamType.Downstream:
        return Status.Ok;
      case StreamType.Request:
        this.root.vm.afterCallback(() => this.callbacks.decoder.continueIteration());
        break;
      case StreamType.Response:
        if (!this.callbacks.encoder.started())
          this.root.vm.misused("continue-before-response", "proxy_continue_stream");
        this.root.vm.afterCallback(() => {
          if (!this.callbacks.encoder.started())
            throw new EnvoyCrash("continue_stream(1) before the response has started");
          this.callbacks.encoder.continueIteration();
        });
        break;
    }
    // Whichever direction continues, the request's maps and body are gone at once (abi.md 8.1).
    this.request.headers = null;
    this.request.body = null;
    this.request.trailers = null;
    return Status.Ok;
  }

  override closeStream(type: StreamType): Status {
    if (type === StreamType.Request || type === StreamType.Response) {
      this.root.vm.afterCallback(() => this.callbacks.reset("wasm_close_stream"));
    }
    return Status.Ok;
  }

  /** What a callback was left with without continuing comes before what the log shows: a reply that replaced it is not seen. */
  protected override propertyMaps(): FinalMaps {
    return {
      requestHeaders: this.request.headers ?? this.readableMap(HeaderMapType.RequestHeaders),
      responseHeaders: this.response.headers ?? this.readableMap(HeaderMapType.ResponseHeaders),
      responseTrailers: this.response.trailers ?? this.readableMap(HeaderMapType.ResponseTrailers),
    };
  }

  protected override get propertyPhase(): "running" | "logging" {
    return this.finalMaps === null ? "running" : "logging";
  }

  override clearRouteCache(): Status {
    this.callbacks.clearRouteCache();
    return Status.Ok;
  }
}
