/** Messages as a person reads them in a failure or a snapshot. */
import { firstValue, toText, type HeaderList, type HeaderPair } from "../byte-string.js";
import { SECRET_HEADERS } from "../recording/redaction.js";
import type { RecordedBody, RecordedMessage } from "../recording/recorded-stream.js";

const secrets = new Set(SECRET_HEADERS);

/** `x-user: jo`; of what may be a secret only the length. */
export function fieldText([name, value]: HeaderPair): string {
  return `${toText(name)}: ${secrets.has(name) ? `<${value.length} bytes>` : toText(value)}`;
}

export function fieldTexts(headers: HeaderList): string[] {
  return headers.length === 0 ? ["(no headers)"] : headers.map(fieldText);
}

/** `POST http://example.com/orders, 3 headers, 12 bytes` */
export function requestText(message: RecordedMessage): string {
  const pseudo = (name: string) => toText(firstValue(message.headers, name) ?? "");
  const url = `${pseudo(":scheme") || "http"}://${pseudo(":authority")}${pseudo(":path")}`;
  return `${pseudo(":method")} ${url}, ${restText(message)}`;
}

/** `200, 2 headers, 5 bytes` */
export function responseText(message: RecordedMessage): string {
  return `${statusOf(message) ?? "no status"}, ${restText(message)}`;
}

export function statusOf({ headers }: RecordedMessage): string | null {
  return firstValue(headers, ":status");
}

function restText({ headers, body, trailers }: RecordedMessage): string {
  const fields = headers.filter(([name]) => !name.startsWith(":")).length;
  const rest = trailers === null ? "" : `, ${count(trailers.length, "trailer")}`;
  return `${count(fields, "header")}, ${bodySizeText(body)}${rest}`;
}

function bodySizeText(body: RecordedBody): string {
  if (body.kind === "missing") return `body missing: ${body.reason}`;
  const size = body.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  return size === 0 ? "no body" : count(size, "byte");
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** The bytes of a body; null where the recording lacks it. */
export function bodyBytes(body: RecordedBody): Uint8Array | null {
  return body.kind === "missing" ? null : Buffer.concat(body.chunks);
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Text as a string literal shows it, other bytes in hexadecimal, both cut at `limit` characters. */
export function bodyText(body: RecordedBody, limit = 400): string {
  const bytes = bodyBytes(body);
  if (bytes === null) return body.kind === "missing" ? `missing: ${body.reason}` : "";
  let text: string;
  try {
    text = JSON.stringify(strictUtf8.decode(bytes));
  } catch {
    text = `hex ${Buffer.from(bytes).toString("hex")}`;
  }
  return text.length <= limit ? text : `${text.slice(0, limit)}… (${count(bytes.length, "byte")})`;
}
