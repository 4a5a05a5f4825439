import { firstValue, fromBytes, type HeaderList, type HeaderPair } from "../byte-string.js";
import type { HttpMessage } from "../http/exchange.js";

/** The first request among the bytes that an upstream got, as far as it came; null: not even a whole head. */
export function requestMessage(bytes: Uint8Array): HttpMessage | null {
  const parts = parseMessage(fromBytes(bytes));
  if (parts === null) return null;
  const [method = "", path = ""] = parts.startLine.split(" ");
  const authority = firstValue(parts.fields, "host") ?? "";
  const pseudo: HeaderPair[] = [
    [":authority", authority],
    [":path", path],
    [":method", method],
    [":scheme", "http"],
  ];
  return messageOf([...pseudo, ...parts.fields.filter(([name]) => name !== "host")], parts);
}

/** The response that a client got, without the 1xx before it. */
export function responseMessage(bytes: Uint8Array): HttpMessage | null {
  let rest = fromBytes(bytes);
  for (;;) {
    const parts = parseMessage(rest);
    if (parts === null) return null;
    const status = /^HTTP\/1\.[01] (\d+)/.exec(parts.startLine)?.[1] ?? "0";
    if (!/^1\d\d$/.test(status) || status === "101")
      return messageOf([[":status", status], ...parts.fields], parts);
    rest = parts.rest;
  }
}

interface Parts {
  readonly startLine: string;
  readonly fields: HeaderList;
  /** Everything behind the head. */
  readonly rest: string;
}

function parseMessage(text: string): Parts | null {
  const end = text.indexOf("\r\n\r\n");
  if (end === -1) return null;
  const [startLine = "", ...lines] = text.slice(0, end).split("\r\n");
  return { startLine, fields: lines.map(field), rest: text.slice(end + 4) };
}

function field(line: string): HeaderPair {
  const colon = line.indexOf(":");
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, "")];
}

function messageOf(headers: HeaderList, { fields, rest }: Parts): HttpMessage {
  const chunked = fields.some(
    ([name, value]) => name === "transfer-encoding" && /chunked$/i.test(value.trim()),
  );
  const length = firstValue(fields, "content-length");
  const { body, trailers } = chunked
    ? dechunked(rest)
    : { body: length === null ? rest : rest.slice(0, Number(length)), trailers: null };
  const chunks = body === "" ? [] : [Buffer.from(body, "latin1")];
  return { headers, body: { kind: "recorded", chunks }, trailers };
}

/** What has come of a chunked body, however far. */
function dechunked(text: string): { readonly body: string; readonly trailers: HeaderList | null } {
  let body = "";
  let at = 0;
  for (;;) {
    const line = text.indexOf("\r\n", at);
    const size = line === -1 ? Number.NaN : Number.parseInt(text.slice(at, line), 16);
    if (Number.isNaN(size)) return { body, trailers: null };
    if (size === 0) {
      const end = text.indexOf("\r\n\r\n", line);
      const lines = end <= line ? [] : text.slice(line + 2, end).split("\r\n");
      return { body, trailers: lines.length === 0 ? null : lines.map(field) };
    }
    body += text.slice(line + 2, line + 2 + size);
    at = line + 2 + size + 2;
  }
}
