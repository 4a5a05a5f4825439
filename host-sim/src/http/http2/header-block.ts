import type { ByteString, HeaderList } from "../../byte-string.js";

/*
 * What Envoy's HTTP/2 codec refuses in any header block (abi.md E.8, G; the cases peers/http2-… of test/conformance). What
 * is wrong with one costs the whole connection, unless `override_stream_error_on_invalid_http_message` is set.
 */

/** `connection`: it is closed without a word; `stream`: RST_STREAM. */
export interface BlockProblem {
  readonly kind: "connection" | "stream";
  /** In Envoy's words (`response_code_details`). */
  readonly details: string;
  readonly sentence: string;
}

/** What is wrong with the message costs the connection. */
export function invalid(sentence: string | null): BlockProblem | null {
  return sentence === null ? null : { kind: "connection", details: "http2.invalid.header.field", sentence };
}

/** Envoy's limit on the number of fields. */
const maximumFields = 100;

/** Too many fields, or too large ones, cost the stream alone. */
export function sizeProblem(fields: HeaderList, maximumBytes: number): BlockProblem | null {
  if (fields.length > maximumFields) {
    const sentence = `it has ${fields.length} header fields, and Envoy takes ${maximumFields}`;
    return { kind: "stream", details: "http2.too_many_headers", sentence };
  }
  const size = fields.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (size <= maximumBytes) return null;
  const sentence = `its headers have ${size} bytes, and Envoy takes ${maximumBytes}`;
  return { kind: "stream", details: "http2.header_list_size_too_large", sentence };
}

/** Trailers that come before all that content-length announced. */
export const trailersTooEarly: BlockProblem = {
  kind: "connection",
  details: "http2.violation.of.messaging.rule",
  sentence: "its body is shorter than content-length says",
};

export const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** The first fault of the fields that are no pseudo headers. */
export function regularProblem(fields: HeaderList): string | null {
  for (const field of fields) {
    const problem = field[0].startsWith(":") ? null : fieldProblem(field);
    if (problem !== null) return problem;
  }
  return null;
}

/** Trailers have no pseudo headers. */
export function trailersProblem(fields: HeaderList, maximumBytes: number): BlockProblem | null {
  const pseudo = fields.find(([name]) => name.startsWith(":"));
  return (
    sizeProblem(fields, maximumBytes) ??
    invalid(pseudo === undefined ? regularProblem(fields) : `${pseudo[0]} is no trailer`)
  );
}

/** In both directions the codec makes one field of all cookies, at the end. */
export function withCookiesJoined(fields: HeaderList): HeaderList {
  const cookies = fields.filter(([name]) => name === "cookie").map(([, value]) => value);
  if (cookies.length === 0) return fields;
  return [...fields.filter(([name]) => name !== "cookie"), ["cookie", cookies.join("; ")]];
}

/** `endStream`: a body that is announced can't come any more. */
export function lengthProblem(fields: HeaderList, endStream: boolean): string | null {
  const lengths = fields.filter(([name]) => name === "content-length").map(([, value]) => value);
  const [length] = lengths;
  if (length === undefined) return null;
  if (lengths.length > 1) return "content-length comes twice";
  if (!/^\d{1,15}$/.test(length)) return "content-length is no number";
  return endStream && Number(length) > 0 ? "content-length announces a body, and none comes" : null;
}

/** Fields of one connection of HTTP/1.1 (RFC 9113 §8.2.2). */
const forbidden: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
]);

function fieldProblem([name, value]: readonly [ByteString, ByteString]): string | null {
  if (!token.test(name) || /[A-Z]/.test(name)) return `${JSON.stringify(name)} is no field name`;
  if (forbidden.has(name)) return `HTTP/2 has no ${name}`;
  if (name === "te" && value !== "trailers") return "te may say trailers alone";
  return /[\0-\x08\x0a-\x1f\x7f]/.test(value) ? `${name} has a control character` : null;
}
