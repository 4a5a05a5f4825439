import { EventStreamParser } from "./event-stream.js";
import { HarParser, type HarOptions } from "./har.js";
import { JsonStream } from "./json-stream.js";
import { RecordingError } from "./recording-error.js";
import type { RecordingParser, RecordingSink } from "./recording-parser.js";
import { TapParser } from "./tap.js";

/** Reads a recording of any format; which one its beginning tells: file names differ, and people rename files. */
export class RecordingReader implements RecordingParser {
  #parser: RecordingParser | null = null;
  /** What has come before the format was known. */
  #beginning: Uint8Array = new Uint8Array();
  #key: JsonKeySearch | null = null;

  constructor(
    private readonly source: string,
    private readonly sink: RecordingSink,
    private readonly options: HarOptions,
  ) {}

  write(bytes: Uint8Array): void {
    if (this.#parser !== null) {
      this.#parser.write(bytes);
      return;
    }
    this.#beginning = Buffer.concat([this.#beginning, bytes]);
    this.#recognise(bytes, false);
  }

  end(): void {
    if (this.#parser === null) this.#recognise(new Uint8Array(), true);
    this.#parser?.end();
  }

  #recognise(latest: Uint8Array, isWhole: boolean): void {
    if (this.#key !== null) {
      this.#searchKey(this.#key, latest, isWhole);
      return;
    }
    const start = firstContent(this.#beginning);
    if (start === this.#beginning.length) {
      if (isWhole) throw new RecordingError("ERR_RECORDING_EMPTY", `${this.source}: is empty`);
      return;
    }
    // So much tells JSON from protobuf, if the file is not shorter.
    if (this.#beginning.length - start < TELLING_BYTES && !isWhole) return;
    if (looksLikeJsonObject(this.#beginning, start)) {
      const mark = markLength(this.#beginning);
      this.#beginning = this.#beginning.subarray(mark);
      this.#key = new JsonKeySearch(this.source);
      this.#searchKey(this.#key, this.#beginning, isWhole);
    } else if (looksLikeTapProtobuf(this.#beginning)) {
      this.#begin(new TapParser(this.source, this.sink, "protobuf"));
    } else {
      throw new RecordingError(
        "ERR_RECORDING_UNKNOWN_FORMAT",
        `${this.source}: is no HAR, no tap of Envoy and no event file`,
      );
    }
  }

  #searchKey(search: JsonKeySearch, latest: Uint8Array, isWhole: boolean): void {
    switch (search.format(latest, isWhole)) {
      case null:
        return;
      case "har":
        return this.#begin(new HarParser(this.source, this.sink, this.options));
      case "tap":
        return this.#begin(new TapParser(this.source, this.sink, "json"));
      case "events":
        return this.#begin(new EventStreamParser(this.source, this.sink));
    }
  }

  #begin(parser: RecordingParser): void {
    this.#parser = parser;
    const beginning = this.#beginning;
    this.#beginning = new Uint8Array();
    parser.write(beginning);
  }
}

const TAP_KEYS = new Set([
  "httpbufferedtrace",
  "httpstreamedtracesegment",
  "socketbufferedtrace",
  "socketstreamedtracesegment",
]);

/** Finds the key of the first object that tells the format. */
class JsonKeySearch {
  #found: "har" | "tap" | "events" | null = null;
  #isOver = false;
  readonly #json: JsonStream;

  constructor(private readonly source: string) {
    this.#json = new JsonStream({
      source,
      select: "$",
      onKey: (path) => {
        const [key = ""] = path;
        if (path.length !== 1 || this.#isOver) return;
        if (key === "log") this.#found ??= "har";
        else if (TAP_KEYS.has(key.replaceAll("_", "").toLowerCase())) this.#found ??= "tap";
        else if (key === "ev" || key === "v") this.#found ??= "events";
      },
      onValue: () => (this.#isOver = true),
    });
  }

  /** Null: not known from what has come. */
  format(latest: Uint8Array, isWhole: boolean): "har" | "tap" | "events" | null {
    try {
      this.#json.write(latest);
      if (isWhole && this.#found === null) this.#json.end();
    } catch (error) {
      // What is broken behind the telling key, the parser of the format explains better.
      if (this.#found === null) throw error;
    }
    if (this.#found === null && (this.#isOver || isWhole)) {
      throw new RecordingError(
        "ERR_RECORDING_UNKNOWN_FORMAT",
        `${this.source}: is JSON, but no HAR (no "log"), no tap of Envoy (no "http_streamed_trace_segment") and no event file (no "ev")`,
      );
    }
    return this.#found;
  }
}

/** A byte order mark, the longest varint, a tag. */
const TELLING_BYTES = 16;

function markLength(bytes: Uint8Array): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}

/** After a byte order mark and white space. */
function firstContent(bytes: Uint8Array): number {
  let position = markLength(bytes);
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
