import { BodyAction, HeadersAction, TrailersAction } from "./actions";
import * as body from "./body";
import { currentPlugin } from "./dispatch/current";
import * as headers from "./headers";
import * as localReply from "./local-reply";
import { Plugin } from "./plugin";

/**
 * One HTTP exchange passing the filter. Override what you need: only overridden callbacks are exported, and the host does
 * not enter the VM for the others.
 *
 * A class without fields is served by one shared instance. A class with fields gets an instance for every stream.
 */
export abstract class HttpFilter {
  /** The request's headers arrived. `endOfStream`: nothing follows. */
  onRequestHeaders(headers: headers.Headers, endOfStream: bool): HeadersAction {
    return HeadersAction.Continue;
  }

  /**
   * A piece of the request's body arrived. `endOfStream` marks the last call, often an empty one; **if trailers follow no
   * call has it**: finish in `onRequestTrailers` too, or a body passes unseen.
   */
  onRequestBody(body: body.Body, endOfStream: bool): BodyAction {
    return BodyAction.Continue;
  }

  /** The request's trailers arrived; `this.requestBody` is what was held of the body. */
  onRequestTrailers(trailers: headers.Headers): TrailersAction {
    return TrailersAction.Continue;
  }

  /** The response's headers arrived, be it from upstream or a local reply of this filter or one behind it. */
  onResponseHeaders(headers: headers.Headers, endOfStream: bool): HeadersAction {
    return HeadersAction.Continue;
  }

  /** A piece of the response's body arrived; see `onRequestBody`. */
  onResponseBody(body: body.Body, endOfStream: bool): BodyAction {
    return BodyAction.Continue;
  }

  /** The response's trailers arrived; `this.responseBody` is what was held of the body. */
  onResponseTrailers(trailers: headers.Headers): TrailersAction {
    return TrailersAction.Continue;
  }

  /** The exchange is over, completely or not: the time to log it. Request and response headers are readable again. */
  onLog(): void {}

  /** The stream goes away, after `onLog`. */
  onDone(): void {}

  get requestHeaders(): headers.Headers {
    return headers.requestHeaders;
  }

  get requestBody(): body.Body {
    return body.requestBody;
  }

  get requestTrailers(): headers.Headers {
    return headers.requestTrailers;
  }

  get responseHeaders(): headers.Headers {
    return headers.responseHeaders;
  }

  get responseBody(): body.Body {
    return body.responseBody;
  }

  get responseTrailers(): headers.Headers {
    return headers.responseTrailers;
  }

  /** The plugin this stream belongs to: its configuration. `P` is the class it was registered with. */
  protected plugin<P extends Plugin>(): P {
    return currentPlugin() as P;
  }

  /**
   * Answers the client now; the callback's return value no longer matters. See `LocalReplyOptions` for headers and more.
   * False: `status` is not in 200–599.
   */
  protected sendLocalReply(
    status: u32,
    body: string = "",
    options: localReply.LocalReplyOptions | null = null,
  ): bool {
    return localReply.sendLocalReply(status, body, options);
  }
}
