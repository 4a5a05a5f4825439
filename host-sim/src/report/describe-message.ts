/** Headers and bodies as text, no more of them than a person can look at. */
import { type HeaderList, type RecordedBody, toText } from "../index.js";
import type { ReportBody, ReportHeader } from "./report-data.js";

const maxHeaders = 500;
const maxHeaderLength = 16 * 1024;

/** What is left out is said in its place. */
export function clip(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}… (${text.length - length} more characters)`;
}

export function describeHeaders(headers: HeaderList): readonly ReportHeader[] {
  const shown = headers
    .slice(0, maxHeaders)
    .map(([name, value]): ReportHeader => [clip(toText(name), 1000), clip(toText(value), maxHeaderLength)]);
  return headers.length <= maxHeaders ? shown : [...shown, ["…", `${headers.length - maxHeaders} more`]];
}

export function describeBody(body: RecordedBody, limit: number): ReportBody {
  if (body.kind === "missing") return body;
  const bytes = Buffer.concat(body.chunks);
  const shown = bytes.subarray(0, limit);
  const text = textOf(shown, bytes.length > limit);
  return {
    ...(text === null
      ? { kind: "base64", content: shown.toString("base64") }
      : { kind: "text", content: text }),
    size: bytes.length,
    shown: text === null ? shown.length : Buffer.byteLength(text),
    chunks: body.chunks.slice(0, 200).map(({ byteLength }) => byteLength),
  };
}

export function sameBody(one: RecordedBody, other: RecordedBody): boolean {
  // What nobody recorded cannot be told to have changed.
  if (one.kind === "missing" || other.kind === "missing") return one.kind === other.kind;
  return Buffer.concat(one.chunks).equals(Buffer.concat(other.chunks));
}

/** Null: it is not UTF-8. A character that the limit cut in two is left out. */
function textOf(bytes: Buffer, isCut: boolean): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes, { stream: isCut });
  } catch {
    return null;
  }
}
