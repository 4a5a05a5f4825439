import { type FileHandle, open } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { parseEventStream } from "./event-stream.js";
import { parseHar } from "./har.js";
import { readJsonValues, withoutByteOrderMark } from "./json-text.js";
import { MAX_RECORDING_BYTES } from "./limits.js";
import type { Recording } from "./recording.js";
import { RecordingError } from "./recording-error.js";
import type { RecordedStream } from "./recorded-stream.js";
import { parseTap } from "./tap.js";

/** The streams of a recording: HAR, Envoy tap or event file, recognised by what is in it. */
export async function readRecording(path: string | URL): Promise<RecordedStream[]> {
  return [...(await loadRecording(path)).streams];
}

/** The same with the entries that were skipped. */
export async function loadRecording(path: string | URL): Promise<Recording> {
  const file = typeof path === "string" ? path : fileURLToPath(path);
  return parseRecording(await readBytes(file), basename(file));
}

/** Recognises the format by the content alone: file names differ, and people rename files. */
export function parseRecording(bytes: Uint8Array, source: string): Recording {
  if (bytes.length > MAX_RECORDING_BYTES) throw tooLarge(source, bytes.length);
  const start = firstContent(bytes);
  if (start === bytes.length) throw new RecordingError("ERR_RECORDING_EMPTY", `${source}: is empty`);
  if (!looksLikeJsonObject(bytes, start)) {
    if (looksLikeTapProtobuf(bytes)) return parseTap(bytes, source);
    throw new RecordingError(
      "ERR_RECORDING_UNKNOWN_FORMAT",
      `${source}: is no HAR, no tap of Envoy and no event file`,
    );
  }

  const text = decodeUtf8(bytes, source);
  // Nearly every HAR begins so; it saves parsing a large file twice.
  if (/^\s*\{\s*"log"\s*:/.test(text)) return parseHar(text, source);
  const first = readJsonValues(text, source).next();
  const object = (first.done === true ? {} : first.value.value) as Readonly<Record<string, unknown>>;
  if (Object.hasOwn(object, "log")) return parseHar(text, source);
  if (Object.keys(object).some((key) => TAP_KEYS.has(key.replaceAll("_", "").toLowerCase())))
    return parseTap(text, source);
  if (Object.hasOwn(object, "ev") || Object.hasOwn(object, "v")) return parseEventStream(text, source);
  throw new RecordingError(
    "ERR_RECORDING_UNKNOWN_FORMAT",
    `${source}: is JSON, but no HAR (no "log"), no tap of Envoy (no "http_streamed_trace_segment") and no event file (no "ev")`,
  );
}

const TAP_KEYS = new Set([
  "httpbufferedtrace",
  "httpstreamedtracesegment",
  "socketbufferedtrace",
  "socketstreamedtracesegment",
]);

/** After a byte order mark and white space. */
function firstContent(bytes: Uint8Array): number {
  let position = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  while (isSpace(bytes[position])) position += 1;
  return position;
}

/** `{` can also be the length (123) of a protobuf message, but a tag never follows that is a quote or a brace. */
function looksLikeJsonObject(bytes: Uint8Array, start: number): boolean {
  if (bytes[start] !== 0x7b) return false;
  let next = start + 1;
  while (isSpace(bytes[next])) next += 1;
  return (
    next === bytes.length || bytes[next] === 0x22 || bytes[next] === 0x7d || !looksLikeTapProtobuf(bytes)
  );
}

/** A varint, then the tag of one of `TraceWrapper`'s five fields, all of them length-delimited messages. */
function looksLikeTapProtobuf(bytes: Uint8Array): boolean {
  let position = 0;
  while (position < 5 && (bytes[position] ?? 0) >= 0x80) position += 1;
  return [0x0a, 0x12, 0x1a, 0x22, 0x2a].includes(bytes[position + 1] ?? 0);
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function decodeUtf8(bytes: Uint8Array, source: string): string {
  try {
    return withoutByteOrderMark(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (cause) {
    throw new RecordingError("ERR_RECORDING_NOT_UTF8", `${source}: is JSON in another encoding than UTF-8`, {
      cause,
    });
  }
}

async function readBytes(path: string): Promise<Uint8Array> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const status = await file.stat();
    if (!status.isFile()) {
      const what = status.isDirectory() ? "a folder" : "no regular file";
      throw new RecordingError("ERR_RECORDING_NOT_A_FILE", `${path}: is ${what}`);
    }
    if (status.size > MAX_RECORDING_BYTES) throw tooLarge(path, status.size);
    return await file.readFile();
  } catch (cause) {
    if (cause instanceof RecordingError) throw cause;
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    const problem = code === "ENOENT" ? "there is no such file" : `cannot be read (${code})`;
    throw new RecordingError("ERR_RECORDING_NOT_FOUND", `${path}: ${problem}`, { cause });
  } finally {
    await file?.close();
  }
}

function tooLarge(source: string, size: number): RecordingError {
  return new RecordingError(
    "ERR_RECORDING_TOO_LARGE",
    `${source}: has ${size} bytes, more than the ${MAX_RECORDING_BYTES} that are read`,
  );
}
