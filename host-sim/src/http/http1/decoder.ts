import {
  type ByteString,
  firstValue,
  fromBytes,
  type HeaderList,
  type HeaderPair,
} from "../../byte-string.js";
import { fieldName } from "../field-name.js";

/** What comes out of an HTTP/1.1 connection. */
export interface Http1Events {
  /** `endStream`: the message has no body. */
  headers(startLine: StartLine, headers: HeaderList, endStream: boolean): void;
  /** All body bytes of one read, however they were chunked. */
  data(bytes: Uint8Array): void;
  /** The message is complete; it had a body, maybe an empty one. */
  end(trailers: HeaderList | null): void;
  /** The bytes are no HTTP/1.1. */
  error(reason: string): void;
}

export interface RequestLine {
  readonly kind: "request";
  readonly method: ByteString;
  readonly path: ByteString;
}

export type StartLine = RequestLine | { readonly kind: "response"; readonly status: number };

export interface Http1DecoderOptions {
  readonly kind: "request" | "response";
  /** The method of the request that a response answers: HEAD has no body. */
  readonly requestMethod?: ByteString;
}

/** Where the decoder stands in a message. Bytes move it; `#step` has all transitions. */
type DecoderState =
  | { readonly at: "head" }
  | { readonly at: "length body"; remaining: number }
  | { readonly at: "chunk size" }
  | { readonly at: "chunk data"; remaining: number }
  | { readonly at: "chunk end" }
  | { readonly at: "trailers" }
  | { readonly at: "body until close" }
  | { readonly at: "complete" }
  | { readonly at: "broken" };

/** How a message goes on behind its head (RFC 9112 §6.3); null: that cannot be known. A HEAD has answers without body. */
export function bodyFraming(
  startLine: StartLine,
  headers: HeaderList,
  requestMethod: ByteString = "GET",
): Extract<DecoderState, { at: "length body" | "chunk size" | "body until close" | "complete" }> | null {
  if (startLine.kind === "response") {
    const { status } = startLine;
    if (status === 101) return { at: "body until close" };
    if (status === 204 || status === 304 || requestMethod === "HEAD") return { at: "complete" };
  }
  if (/(^|,)\s*chunked\s*$/i.test(firstValue(headers, "transfer-encoding") ?? ""))
    return { at: "chunk size" };
  const length = firstValue(headers, "content-length");
  if (length === null) return { at: startLine.kind === "request" ? "complete" : "body until close" };
  if (!/^\d{1,15}$/.test(length)) return null;
  const remaining = Number(length);
  return remaining > 0 ? { at: "length body", remaining } : { at: "complete" };
}

/** Informational responses come before the one that counts; 101 is that one. */
export function isInformational(startLine: StartLine): boolean {
  return startLine.kind === "response" && startLine.status < 200 && startLine.status !== 101;
}

/** Reads one HTTP/1.1 message from the reads of a connection, as Envoy's codec hands it on (abi.md F.2). */
export class Http1Decoder {
  #state: DecoderState = { at: "head" };
  #unread = "";
  #body: Uint8Array[] = [];

  constructor(
    private readonly options: Http1DecoderOptions,
    private readonly events: Http1Events,
  ) {}

  get complete(): boolean {
    return this.#state.at === "complete";
  }

  /** Takes the bytes of one read. */
  read(bytes: Uint8Array): void {
    this.#unread += fromBytes(bytes);
    while (this.#step());
    this.#flushBody();
  }

  /** The peer closed its side. */
  close(): void {
    if (this.#state.at === "body until close") this.#finish(null);
    else if (this.#state.at !== "complete")
      this.#fail("the connection closed before the message was complete");
  }

  /** Makes one transition; false when it needs more bytes. */
  #step(): boolean {
    const state = this.#state;
    switch (state.at) {
      case "head": {
        const end = this.#unread.indexOf("\r\n\r\n");
        if (end < 0) return false;
        const head = this.#unread.slice(0, end);
        this.#unread = this.#unread.slice(end + 4);
        return this.#readHead(head);
      }
      case "length body":
      case "chunk data": {
        const part = this.#unread.slice(0, state.remaining);
        if (part === "") return false;
        this.#body.push(Buffer.from(part, "latin1"));
        this.#unread = this.#unread.slice(part.length);
        state.remaining -= part.length;
        if (state.remaining > 0) return false;
        if (state.at === "chunk data") this.#state = { at: "chunk end" };
        else this.#finish(null);
        return true;
      }
      case "chunk end":
        if (this.#unread.length < 2) return false;
        this.#unread = this.#unread.slice(2);
        this.#state = { at: "chunk size" };
        return true;
      case "chunk size": {
        const line = this.#line();
        if (line === null) return false;
        const size = /^[0-9a-fA-F]{1,8}/.exec(line)?.[0];
        if (size === undefined) return this.#fail("a chunk has no size");
        const remaining = parseInt(size, 16);
        this.#state = remaining === 0 ? { at: "trailers" } : { at: "chunk data", remaining };
        return true;
      }
      case "trailers":
        return this.#readTrailers();
      case "body until close":
        if (this.#unread !== "") this.#body.push(Buffer.from(this.#unread, "latin1"));
        this.#unread = "";
        return false;
      case "complete":
      case "broken":
        return false;
    }
  }

  #readHead(head: string): boolean {
    const [first = "", ...lines] = head.split("\r\n");
    const startLine = this.#startLine(first);
    const headers = parseFields(lines);
    if (startLine === null || headers === null) return this.#fail("the head is malformed");
    if (isInformational(startLine)) return true;
    const next = bodyFraming(startLine, headers, this.options.requestMethod);
    if (next === null) return this.#fail("content-length is no number");
    this.#state = next;
    if (next.at === "complete") {
      this.events.headers(startLine, headers, true);
      return false;
    }
    this.events.headers(startLine, headers, false);
    return true;
  }

  #startLine(line: string): StartLine | null {
    if (this.options.kind === "request") {
      const match = /^(\S+) (\S+) HTTP\/1\.[01]$/.exec(line);
      return match === null ? null : { kind: "request", method: match[1] ?? "", path: match[2] ?? "" };
    }
    const match = /^HTTP\/1\.[01] (\d{3})(?: .*)?$/s.exec(line);
    return match === null ? null : { kind: "response", status: Number(match[1]) };
  }

  #readTrailers(): boolean {
    if (this.#unread.startsWith("\r\n")) {
      this.#unread = this.#unread.slice(2);
      this.#finish(null);
      return false;
    }
    const end = this.#unread.indexOf("\r\n\r\n");
    if (end < 0) return false;
    const trailers = parseFields(this.#unread.slice(0, end).split("\r\n"));
    this.#unread = this.#unread.slice(end + 4);
    if (trailers === null) return this.#fail("the trailers are malformed");
    this.#finish(trailers);
    return false;
  }

  #finish(trailers: HeaderList | null): void {
    this.#flushBody();
    this.#state = { at: "complete" };
    this.events.end(trailers);
  }

  #flushBody(): void {
    if (this.#body.length === 0) return;
    const bytes = Buffer.concat(this.#body);
    this.#body = [];
    this.events.data(bytes);
  }

  #line(): string | null {
    const end = this.#unread.indexOf("\r\n");
    if (end < 0) return null;
    const line = this.#unread.slice(0, end);
    this.#unread = this.#unread.slice(end + 2);
    return line;
  }

  #fail(reason: string): false {
    this.#state = { at: "broken" };
    this.events.error(reason);
    return false;
  }
}

/** Field lines, names in lower case, white space around the value gone; null when a line is no field. */
function parseFields(lines: readonly string[]): HeaderList | null {
  const headers: HeaderPair[] = [];
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1);
    const { lowerCase, isToken } = fieldName(name);
    if (colon <= 0 || !isToken || hasLineBreak(value)) return null;
    headers.push([lowerCase, trim(value)]);
  }
  return headers;
}

/** No value of a field can have one, nor a NUL (RFC 9110 §5.5). */
export function hasLineBreak(value: ByteString): boolean {
  // For a short value a loop is faster than the engine's expression.
  if (value.length > 64) return /[\0\r\n]/.test(value);
  for (let index = 0; index < value.length; index++) {
    const octet = value.charCodeAt(index);
    if (octet === 0 || octet === 0x0a || octet === 0x0d) return true;
  }
  return false;
}

/** Without the white space around a field's value. */
export function trim(value: ByteString): ByteString {
  const isSpace = (code: number) => code === 0x20 || code === 0x09;
  if (!isSpace(value.charCodeAt(0)) && !isSpace(value.charCodeAt(value.length - 1))) return value;
  return value.replace(/^[ \t]+|[ \t]+$/g, "");
}
