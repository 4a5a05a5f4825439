/**
 * Where an HTTP/1.1 message ends (RFC 9112 §6). Written apart from the simulator's codec on purpose: the judge's
 * sockets may not share a mistake with what they judge.
 */
export type Framing =
  /** The message is complete and ends before `end`. */
  | { readonly kind: "complete"; readonly end: number }
  /** More has to come. */
  | { readonly kind: "incomplete" }
  /** A response without length: it ends with the connection. */
  | { readonly kind: "until-close" };

const INCOMPLETE: Framing = { kind: "incomplete" };

export function requestFraming(bytes: Buffer): Framing {
  const head = readHead(bytes, 0);
  if (head === null) return INCOMPLETE;
  return bodyFraming(bytes, head, { kind: "complete", end: head.end });
}

export function responseFraming(bytes: Buffer, method: string): Framing {
  let head = readHead(bytes, 0);
  while (head !== null && head.status >= 100 && head.status < 200 && head.status !== 101)
    head = readHead(bytes, head.end);
  if (head === null) return INCOMPLETE;
  if (method === "HEAD" || head.status === 204 || head.status === 304)
    return { kind: "complete", end: head.end };
  return bodyFraming(bytes, head, { kind: "until-close" });
}

interface Head {
  readonly end: number;
  readonly status: number;
  readonly contentLength: number | null;
  readonly chunked: boolean;
}

function readHead(bytes: Buffer, from: number): Head | null {
  const blank = bytes.indexOf("\r\n\r\n", from);
  if (blank === -1) return null;
  const text = bytes.toString("latin1", from, blank + 2);
  if (!isReadable(text)) return null;
  const length = /\r\ncontent-length:[ \t]*(\d+)[ \t]*\r\n/i.exec(text)?.[1];
  return {
    end: blank + 4,
    status: Number(/^HTTP\/1\.[01] (\d+)/.exec(text)?.[1] ?? 0),
    contentLength: length === undefined ? null : Number(length),
    chunked: /\r\ntransfer-encoding:[^\r]*chunked[ \t]*\r\n/i.test(text),
  };
}

/** A peer that cannot read a head gets no message: to it the message never ends. */
function isReadable(head: string): boolean {
  const [, ...fields] = head.slice(0, -2).split("\r\n");
  return fields.every(
    (field) =>
      /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[^\0\r\n]*$/.test(field) &&
      !/^content-length:(?![ \t]*\d+[ \t]*$)/i.test(field),
  );
}

function bodyFraming(bytes: Buffer, head: Head, unframed: Framing): Framing {
  if (head.chunked) return chunkedFraming(bytes, head.end);
  if (head.contentLength === null) return unframed;
  const end = head.end + head.contentLength;
  return end <= bytes.length ? { kind: "complete", end } : INCOMPLETE;
}

function chunkedFraming(bytes: Buffer, from: number): Framing {
  let at = from;
  for (;;) {
    const line = bytes.indexOf("\r\n", at);
    if (line === -1) return INCOMPLETE;
    const size = Number.parseInt(bytes.toString("latin1", at, line), 16);
    if (Number.isNaN(size)) return INCOMPLETE;
    if (size === 0) return trailerFraming(bytes, line);
    at = line + 2 + size + 2;
    if (at > bytes.length) return INCOMPLETE;
  }
}

/** `lastLine` is the end of the last chunk's line: either a blank line follows, or trailers and a blank line. */
function trailerFraming(bytes: Buffer, lastLine: number): Framing {
  const blank = bytes.indexOf("\r\n\r\n", lastLine);
  return blank === -1 ? INCOMPLETE : { kind: "complete", end: blank + 4 };
}
