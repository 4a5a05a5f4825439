/** Header fields as they are on the wire: byte strings (latin1), in order, repeated ones apart. */
export type Fields = readonly (readonly [name: string, value: string])[];

/** The first value of a field; null when it is not there. */
export function field(fields: Fields, name: string): string | null {
  const wanted = name.toLowerCase();
  return fields.find(([key]) => key.toLowerCase() === wanted)?.[1] ?? null;
}

/** All values of a field. */
export function fieldValues(fields: Fields, name: string): string[] {
  const wanted = name.toLowerCase();
  return fields.filter(([key]) => key.toLowerCase() === wanted).map(([, value]) => value);
}

/** The pieces of an HTTP/1.1 message, written as they are: nothing is added, checked or escaped. */
export interface Http1Message {
  /** `GET / HTTP/1.1`, `HTTP/1.1 200 OK`. */
  readonly startLine: string;
  readonly fields: Fields;
}

export function head(message: Http1Message): Buffer {
  const lines = message.fields.map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${message.startLine}\r\n${lines.join("")}\r\n`, "latin1");
}

/** A chunk of a body with `transfer-encoding: chunked`; an empty one would end it. */
export function chunk(bytes: Uint8Array | string): Buffer {
  const body = octets(bytes);
  return Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from("\r\n")]);
}

/** The end of a body with `transfer-encoding: chunked`. */
export function lastChunk(trailers: Fields = []): Buffer {
  const lines = trailers.map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`0\r\n${lines.join("")}\r\n`, "latin1");
}

/** Text stands for its octets (latin1): a message's text is a byte string. */
export function octets(bytes: Uint8Array | string): Buffer {
  return typeof bytes === "string" ? Buffer.from(bytes, "latin1") : Buffer.from(bytes);
}

/** How a body is to go out. */
export type Http1Body =
  | { readonly kind: "none" }
  /** With content-length. */
  | { readonly kind: "sized"; readonly bytes: Uint8Array | string }
  /** Chunked; each piece is a chunk of its own. */
  | {
      readonly kind: "chunked";
      readonly chunks: readonly (Uint8Array | string)[];
      readonly trailers?: Fields;
    };

/** The writes of a message: head, then each chunk. Together they are the whole message. */
export function encodeMessage(startLine: string, fields: Fields, body: Http1Body): Buffer[] {
  switch (body.kind) {
    case "none":
      return [head({ startLine, fields })];
    case "sized": {
      const bytes = octets(body.bytes);
      return [head({ startLine, fields: [...fields, ["content-length", `${bytes.length}`]] }), bytes];
    }
    case "chunked":
      return [
        head({ startLine, fields: [...fields, ["transfer-encoding", "chunked"]] }),
        ...body.chunks.map(chunk),
        lastChunk(body.trailers),
      ];
  }
}

/** A message taken apart. The body is without its framing. */
export interface ParsedMessage {
  readonly startLine: string;
  readonly fields: Fields;
  readonly body: Buffer;
  readonly trailers: Fields;
}

/** Takes a message apart, as far as it has come: what is missing is missing from the body. Null without a whole head. */
export function parseMessage(bytes: Buffer): ParsedMessage | null {
  const blank = bytes.indexOf("\r\n\r\n");
  if (blank === -1) return null;
  const [startLine = "", ...lines] = bytes.toString("latin1", 0, blank).split("\r\n");
  const fields = lines.map(parseField);
  const rest = bytes.subarray(blank + 4);
  if (!/\bchunked\b/i.test(field(fields, "transfer-encoding") ?? "")) {
    const length = field(fields, "content-length");
    return {
      startLine,
      fields,
      body: length === null ? rest : rest.subarray(0, Number(length)),
      trailers: [],
    };
  }
  return { startLine, fields, ...parseChunks(rest) };
}

function parseField(line: string): readonly [string, string] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon), line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, "")];
}

function parseChunks(bytes: Buffer): Pick<ParsedMessage, "body" | "trailers"> {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const line = bytes.indexOf("\r\n", at);
    if (line === -1) break;
    const size = Number.parseInt(bytes.toString("latin1", at, line), 16);
    if (Number.isNaN(size)) break;
    if (size === 0) {
      const trailers = bytes.toString("latin1", line + 2).split("\r\n");
      return {
        body: Buffer.concat(chunks),
        trailers: trailers.filter((text) => text !== "").map(parseField),
      };
    }
    chunks.push(bytes.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
  return { body: Buffer.concat(chunks), trailers: [] };
}
