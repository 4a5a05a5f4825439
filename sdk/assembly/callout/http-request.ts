import * as headerMap from "../abi/header-map";
import { httpCall } from "../abi/http-call";
import * as result from "../abi/result";
import { Status } from "../abi/status";
import { encodeBytes } from "../abi/text";
import { toAsciiLowerCase } from "../ascii";
import { Context } from "../context/context";
import { enterFor, pluginOf, restore } from "../context/current";
import { Failure, fail } from "../context/failure";
import { Headers } from "../http/headers";
import { HttpCallHandler, HttpCallReceiver } from "./http-call-handler";
import { addCall, PendingCall } from "./pending-calls";

/** Milliseconds that a call may take unless it says otherwise. */
const DEFAULT_TIMEOUT: u32 = 5_000;

/**
 * A request to another service, through one of Envoy's clusters:
 *
 *     HttpRequest.get("authn", "/check").header("x-token", token).timeout(200).send(this, new CheckAnswer())
 *
 * The answer comes in a later callback: stop the message in hand, and resume or answer its stream from the handler.
 */
export class HttpRequest {
  private fields: string[] = [];
  private content: Uint8Array | null = null;
  private trailerFields: string[] = [];
  private authorityName: string;
  private timeoutMilliseconds: u32 = DEFAULT_TIMEOUT;
  private retryLimit: u32 = 0;
  private retryBackoff: u32 = 0;
  /** What is wrong with a field: a request that is not what was asked for is not sent. */
  private problem: Failure = Failure.None;

  /** `cluster` is the name of one of Envoy's clusters, `path` the path with its query. */
  constructor(
    /** The name of one of Envoy's clusters. */
    readonly cluster: string,
    /** The method, as it is sent. */
    readonly method: string,
    /** The path with its query. */
    readonly path: string,
  ) {
    this.authorityName = cluster;
  }

  /** A GET request without a body. */
  static get(cluster: string, path: string): HttpRequest {
    return new HttpRequest(cluster, "GET", path);
  }

  /** A POST request with a body of these bytes, which are not copied. */
  static post(cluster: string, path: string, body: Uint8Array): HttpRequest {
    return new HttpRequest(cluster, "POST", path).body(body);
  }

  /** Sets `:authority` (HTTP/1's `host`); without it, it is the cluster's name. */
  authority(name: string): HttpRequest {
    this.authorityName = name;
    return this;
  }

  /**
   * Appends a header. `host` sets the authority; `content-length` and `transfer-encoding` are Envoy's to say and are left out. A header that
   * must not be sent (CR, LF or NUL in its value, a name that is no token, a pseudo header) stops the whole call: `send` answers false.
   */
  header(name: string, value: string): HttpRequest {
    if (toAsciiLowerCase(name) == "host") return this.authority(value);
    this.append(this.fields, name, value);
    return this;
  }

  /**
   * Appends the headers of a message, but not those that are about its connection or its body: with these the other side would
   * wait for a body that does not come.
   */
  headersOf(headers: Headers): HttpRequest {
    const fields = headers.fields();
    for (let i = 0; i < fields.length; i += 2) {
      if (!isAboutThisMessage(fields[i])) this.append(this.fields, fields[i], fields[i + 1]);
    }
    return this;
  }

  /** Sets the body; the bytes are read when the request is sent, and Envoy says their `content-length`. */
  body(bytes: Uint8Array): HttpRequest {
    this.content = bytes;
    return this;
  }

  /** Sets the body to a text in UTF-8. */
  text(text: string): HttpRequest {
    return this.body(encodeBytes(text));
  }

  /** Appends a trailer. Over HTTP/1 it arrives where the cluster has `enable_trailers`. */
  trailer(name: string, value: string): HttpRequest {
    this.append(this.trailerFields, name, value);
    return this;
  }

  /** How long the whole call may take, in milliseconds; 5000 unless set. 0: as long as it likes. */
  timeout(milliseconds: u32): HttpRequest {
    this.timeoutMilliseconds = min<u32>(milliseconds, 0x7fff_ffff);
    return this;
  }

  /**
   * Sends the request again, up to `limit` times, when there was no answer or one of 502, 503 or 504; first after `backoffMilliseconds`, then
   * after twice as long each time. Only for requests that may be made twice.
   */
  retries(limit: u32, backoffMilliseconds: u32): HttpRequest {
    this.retryLimit = limit;
    this.retryBackoff = backoffMilliseconds;
    return this;
  }

  /**
   * Sends it for a filter or plugin; `handler` gets the answer. True: the handler will be called, once: `onResponse`, or `onOwnerGone` when the
   * stream has ended by then. False: nothing was sent, no handler will be called, and `lastFailure()` says why (the cluster is unknown, or has
   * no host). Not in a constructor.
   *
   * A request may be sent any number of times; each has an answer of its own.
   */
  send<T extends Context>(owner: T, handler: HttpCallHandler<T>): bool {
    return this._send(owner, handler, 0);
  }

  /** Sends it for the given time. @internal */
  _send(owner: Context, receiver: HttpCallReceiver, attempt: u32): bool {
    if (owner.contextId == 0) return fail(Failure.NotCreatedYet);
    if (this.problem != Failure.None) return fail(this.problem);
    if (!isMethod(this.method) || !isPath(this.path) || !isVisible(this.authorityName))
      return fail(Failure.CallPseudoHeader);
    const before = enterFor(owner);
    if (before < 0) return false;
    const status = this.dispatch();
    if (status == Status.Ok)
      addCall(result.number(), new PendingCall(owner.contextId, pluginOf(owner), this, receiver, attempt));
    else fail(reasonOf(status), status);
    restore(before);
    return status == Status.Ok;
  }

  /** How long to wait before the next attempt, in milliseconds; negative: there is none. @internal */
  _nextDelay(attempt: u32): i64 {
    if (attempt >= this.retryLimit) return -1;
    return (<i64>this.retryBackoff) << min<u32>(attempt, 16);
  }

  private dispatch(): Status {
    const headers = [":method", this.method, ":path", this.path, ":authority", this.authorityName];
    for (let i = 0; i < this.fields.length; ++i) headers.push(this.fields[i]);
    return httpCall(this.cluster, headers, this.content, this.trailerFields, this.timeoutMilliseconds);
  }

  private append(fields: string[], name: string, value: string): void {
    const lower = toAsciiLowerCase(name);
    if (lower == "content-length" || lower == "transfer-encoding") return;
    const problem = headerMap.checkField(name, value);
    if (problem == headerMap.Write.BadName) this.problem = Failure.FieldName;
    else if (problem == headerMap.Write.BadValue) this.problem = Failure.FieldValue;
    else if (name.startsWith(":")) this.problem = Failure.CallPseudoHeader;
    fields.push(name);
    fields.push(value);
  }
}

function isMethod(method: string): bool {
  return !method.startsWith(":") && headerMap.checkField(method, "") == headerMap.Write.Done;
}

/** The origin form, or the * of OPTIONS. */
function isPath(path: string): bool {
  return (path.startsWith("/") || path == "*") && isVisible(path);
}

/** Whether a text may stand in a start line: a space in it would begin another part of the line. */
function isVisible(text: string): bool {
  return headerMap.checkField(":path", text) == headerMap.Write.Done;
}

function reasonOf(status: Status): Failure {
  if (status == Status.BadArgument) return Failure.CallCluster;
  if (status == Status.InternalFailure) return Failure.CallNoHost;
  if (status == Status.InvalidMemoryAccess) return Failure.CallTooLarge;
  return Failure.Host;
}

/** RFC 9110 §7.6.1, and what says how long the message is. */
function isAboutThisMessage(name: string): bool {
  return (
    name.startsWith(":") ||
    name == "connection" ||
    name == "content-length" ||
    name == "expect" ||
    name == "host" ||
    name == "keep-alive" ||
    name == "proxy-connection" ||
    name == "te" ||
    name == "trailer" ||
    name == "transfer-encoding" ||
    name == "upgrade"
  );
}
