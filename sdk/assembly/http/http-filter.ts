import { clearRouteCache } from "../foreign/route-cache";
import { SHARED_INSTANCE } from "../context/build";
import { calledIsStream, idInEffect, switchTo } from "../context/current";
import { fail, Failure } from "../context/failure";
import { StreamContext } from "../context/stream-context";
import { BodyAction, HeadersAction, TrailersAction } from "./actions";
import * as body from "./body";
import { collectRequest, collectResponse } from "./body-collector";
import { BodyUse } from "./body-use";
import * as headers from "./headers";
import { LocalReplyOptions, sendLocalReply } from "./local-reply";
import { close, resumeRequest, resumeResponse } from "./stream-control";

/**
 * One HTTP exchange passing the filter. Override what you need: only overridden callbacks are exported, and the host does
 * not enter the VM for the others.
 *
 * A class without fields whose objects nobody keeps is one object for all streams; any other gets an object for every stream.
 */
export abstract class HttpFilter extends StreamContext {
  /** The request's headers arrived. `endOfStream`: nothing follows. */
  onRequestHeaders(headers: headers.Headers, endOfStream: bool): HeadersAction {
    return HeadersAction.Continue;
  }

  /**
   * A piece of the request's body arrived. `endOfStream` marks the last call, often an empty one; **if trailers follow no
   * call has it**. For the whole body use `collectRequestBody` instead.
   */
  onRequestBody(body: body.Body, endOfStream: bool): BodyAction {
    return BodyAction.Continue;
  }

  /** The request's trailers arrived; `this.requestBody` is what is held of the body. */
  onRequestTrailers(trailers: headers.Headers): TrailersAction {
    return TrailersAction.Continue;
  }

  /** An HTTP/2 METADATA frame of `count` entries passed; its content can't be read (abi.md E.7). */
  onRequestMetadata(count: u32): void {}

  /**
   * The request's body is complete: called once for a body that `collectRequestBody` asked for, however its end was announced,
   * before `onRequestTrailers`. The body is empty if there was none. Stop to hold it, and resume later.
   */
  onRequestBodyComplete(body: body.Body): BodyAction {
    return BodyAction.Continue;
  }

  /**
   * The request's body is larger than `collectRequestBody` allowed. The client gets a 413 unless this is overridden; an override that
   * does not answer lets the body pass as it is.
   */
  onRequestBodyTooLarge(): void {
    this.sendLocalReply(413, "request body too large\n");
  }

  /** The response's headers arrived, be it from upstream or a local reply of this filter or one behind it. */
  onResponseHeaders(headers: headers.Headers, endOfStream: bool): HeadersAction {
    return HeadersAction.Continue;
  }

  /** A piece of the response's body arrived; see `onRequestBody`. */
  onResponseBody(body: body.Body, endOfStream: bool): BodyAction {
    return BodyAction.Continue;
  }

  /** The response's trailers arrived; `this.responseBody` is what is held of the body. */
  onResponseTrailers(trailers: headers.Headers): TrailersAction {
    return TrailersAction.Continue;
  }

  /** An HTTP/2 METADATA frame of `count` entries passed; its content can't be read (abi.md E.7). */
  onResponseMetadata(count: u32): void {}

  /** The response's body is complete; see `onRequestBodyComplete`. */
  onResponseBodyComplete(body: body.Body): BodyAction {
    return BodyAction.Continue;
  }

  /**
   * The response's body is larger than `collectResponseBody` allowed. The client gets a 502 unless this is overridden, or, when the headers have
   * gone already, a response that is cut; an override that does not answer lets the body pass as it is.
   */
  onResponseBodyTooLarge(): void {
    this.sendLocalReply(502, "response body too large\n");
  }

  // In its own callbacks a filter reaches its own stream; in a plugin's callbacks (answers to callouts, timers, queues) these
  // make their stream the one that everything acts on. So use what they give at once, before asking another stream.

  /** The request's headers: readable in onRequestHeaders, while the request is held from there, and in onLog (abi.md 8.1). */
  get requestHeaders(): headers.Headers {
    return this.inEffect() ? headers.requestHeaders : headers.noHeaders;
  }

  /** What is held of the request's body. */
  get requestBody(): body.Body {
    return this.inEffect() ? body.requestBody : body.noBody;
  }

  /**
   * The request's trailers. In the last onRequestBody (`endOfStream`) a write creates them, which works where the message goes on chunked
   * or by HTTP/2 (abi.md F.3).
   */
  get requestTrailers(): headers.Headers {
    return this.inEffect() ? headers.requestTrailers : headers.noHeaders;
  }

  /** The response's headers: readable in onResponseHeaders, while the response is held from there, and in onLog. */
  get responseHeaders(): headers.Headers {
    return this.inEffect() ? headers.responseHeaders : headers.noHeaders;
  }

  /** What is held of the response's body. */
  get responseBody(): body.Body {
    return this.inEffect() ? body.responseBody : body.noBody;
  }

  /** The response's trailers; see `requestTrailers`. Readable in onLog. */
  get responseTrailers(): headers.Headers {
    return this.inEffect() ? headers.responseTrailers : headers.noHeaders;
  }

  /**
   * Answers the client now; what the running callback returns no longer matters. An answer to the request passes this filter's own response
   * callbacks, one from the response's callbacks does not (abi.md 8.4). See `LocalReplyOptions` for headers, bytes and more.
   *
   * False, and `lastFailure()` says why: the stream is answered, closed or gone already; the response's headers have left, so that it
   * was cut; the status is not in 200–599 (500 was sent); a header, or the body of a 204, 205 or 304, must not be sent (it was left out).
   */
  sendLocalReply(status: u32, body: string = "", options: LocalReplyOptions | null = null): bool {
    return sendLocalReply(this, status, body, options);
  }

  /**
   * Lets the request go on that an earlier callback holds by having returned a stop. Call it from a later callback: of the response, an
   * answer to a callout, a timer. False, and `lastFailure()` says why: the request is not held; or its body is still being collected, and
   * goes on by itself.
   */
  resumeRequest(): bool {
    return resumeRequest(this);
  }

  /**
   * Lets the response go on that an earlier callback holds by having returned a stop. Call it from a later
   * callback: an answer to a callout, a timer. False, and `lastFailure()` says why: the response is not
   * held, has not begun, or its body is still being collected.
   */
  resumeResponse(): bool {
    return resumeResponse(this);
  }

  /** Resets the stream: the client gets no answer, or a cut one. False: it is answered or closed already, or gone. */
  closeStream(): bool {
    return close(this);
  }

  /**
   * Chooses the route anew when it is needed next. Changes to request headers do this by themselves; call it when what else the route
   * depends on has changed, such as filter state. False: the host cannot.
   */
  clearRouteCache(): bool {
    return this.inEffect() && clearRouteCache();
  }

  /**
   * Asks for the whole body of the request: `onRequestBodyComplete` is called once with all of it, or `onRequestBodyTooLarge` when it has more
   * than `limit` bytes. Call it in `onRequestHeaders` and return what it gives; or return `StopAllIterationAndWatermark` to wait for something
   * else first, and the body is collected after `resumeRequest`. A filter that collects gets no `onRequestBody`.
   *
   * Envoy has a limit of its own, 1 MiB for HTTP/1 unless configured (`per_connection_buffer_limit_bytes`): above it the client gets a 413.
   * A request that never ends, such as a WebSocket, is never complete.
   */
  collectRequestBody(limit: u32, use: BodyUse = BodyUse.Read): HeadersAction {
    return collectRequest(this, limit, use);
  }

  /** Asks for the whole body of the response; see `collectRequestBody`. Call it in `onResponseHeaders` and return what it gives. */
  collectResponseBody(limit: u32, use: BodyUse = BodyUse.Read): HeadersAction {
    return collectResponse(this, limit, use);
  }

  /**
   * Whether host calls act on this stream. In a plugin's callback it is made so; in a callback of another stream it is not, or that
   * stream's own headers would be out of its reach.
   */
  private inEffect(): bool {
    const id = this.contextId;
    if (SHARED_INSTANCE || id == idInEffect()) return true;
    return calledIsStream() ? fail(Failure.OtherStream) : switchTo(id);
  }
}
