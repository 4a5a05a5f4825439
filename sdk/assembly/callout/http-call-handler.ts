import { Context } from "../context/context";
import { HttpResponse } from "./http-response";

/** What receives an answer. For authors it has no use: extend `HttpCallHandler`, or use `HttpCallback`. */
export abstract class HttpCallReceiver {
  /** Calls the author's handler. @internal */
  abstract receive(owner: Context, response: HttpResponse): void;

  /** The stream or plugin that made the call is gone: the answer comes too late. Does nothing unless overridden. */
  onOwnerGone(response: HttpResponse): void {}
}

/**
 * The handler of an HTTP call, as an object that can hold what it needs. `T` is the class of the filter or plugin that made
 * the call: it is handed over with its context in effect, so that its stream can be read, changed, resumed or answered.
 */
export abstract class HttpCallHandler<T extends Context> extends HttpCallReceiver {
  /** The call has ended, one way or another: look at `response.outcome` or `response.ok`. */
  abstract onResponse(owner: T, response: HttpResponse): void;

  receive(owner: Context, response: HttpResponse): void {
    // `send` gave the call a handler of its owner's class, and ids name the same object for ever.
    this.onResponse(owner as T, response);
  }
}

/** The handler of an HTTP call, as a function that captures nothing: `new HttpCallback<Auth>((auth, response) => { … })`. */
export class HttpCallback<T extends Context> extends HttpCallHandler<T> {
  /**
   * `call` gets the filter or plugin that made the call, and the answer; it cannot use variables around it.
   */
  constructor(private call: (owner: T, response: HttpResponse) => void) {
    super();
  }

  onResponse(owner: T, response: HttpResponse): void {
    this.call(owner, response);
  }
}
