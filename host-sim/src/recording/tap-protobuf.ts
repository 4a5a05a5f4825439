import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { fromBytes, type HeaderList, type HeaderPair } from "../byte-string.js";
import { headerProblem } from "./header-field.js";
import { MAX_ENTRY_BYTES } from "./limits.js";
import { RecordingError } from "./recording-error.js";
import type { TapBody, TapDirection, TapMessage, TapPiece, TapReader, TapTrace } from "./tap-trace.js";

/** The traces of a length-delimited tap: a varint with the length, then one `TraceWrapper`, and again. */
export class TapProtobufReader implements TapReader {
  /** What has come of a message that is not whole, and how much it takes until more can be read. */
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #wanted = 1;
  #messages = 0;

  constructor(
    private readonly source: string,
    private readonly onTrace: (trace: TapTrace) => void,
  ) {}

  write(bytes: Uint8Array): void {
    this.#pending.push(new Uint8Array(bytes));
    this.#pendingBytes += bytes.length;
    if (this.#pendingBytes < this.#wanted) return;
    const file = this.#pending.length === 1 ? this.#pending[0]! : Buffer.concat(this.#pending);
    let position = 0;
    for (;;) {
      const place = `${this.source}, message ${this.#messages + 1}`;
      const frame = readFrame(file, position, place);
      if (frame === null || frame.end > file.length) {
        this.#wanted = (frame?.end ?? file.length + 1) - position;
        break;
      }
      this.#messages += 1;
      this.onTrace(readTrace(file.subarray(frame.start, frame.end), place));
      position = frame.end;
    }
    this.#pendingBytes = file.length - position;
    this.#pending = this.#pendingBytes === 0 ? [] : [new Uint8Array(file.subarray(position))];
  }

  end(): void {
    if (this.#pendingBytes === 0) return;
    throw new RecordingError(
      "ERR_RECORDING_TRUNCATED",
      `${this.source}, message ${this.#messages + 1}: ends before its announced length`,
    );
  }
}

/** Where the message that begins at `position` lies; null while its length is not whole. */
function readFrame(
  file: Uint8Array,
  position: number,
  place: string,
): { readonly start: number; readonly end: number } | null {
  let length = 0;
  for (let index = 0; index < 5; index += 1) {
    const byte = file[position + index];
    if (byte === undefined) return null;
    length += (byte & 0x7f) * 2 ** (7 * index);
    if (byte >= 0x80) continue;
    if (length > MAX_ENTRY_BYTES) {
      throw new RecordingError(
        "ERR_RECORDING_TOO_LARGE",
        `${place}: announces ${length} bytes, more than the ${MAX_ENTRY_BYTES} that are read`,
      );
    }
    const start = position + index + 1;
    return { start, end: start + length };
  }
  throw corrupt(place, "begins with no length");
}

// Field numbers of envoy.data.tap.v3 (wrapper.proto, http.proto, common.proto) and envoy.config.core.v3 (base.proto),
// the same since their first version.

function readTrace(bytes: Uint8Array, place: string): TapTrace {
  const fields = readFields(bytes, place);
  const buffered = submessage(fields, 1, place);
  if (buffered !== null) {
    const trace = readFields(buffered, place);
    return {
      kind: "buffered",
      place,
      request: readMessage(submessage(trace, 1, place), place),
      response: readMessage(submessage(trace, 2, place), place),
    };
  }
  const segment = submessage(fields, 2, place);
  if (segment !== null) return readSegment(segment, place);
  if (submessage(fields, 3, place) ?? submessage(fields, 4, place)) return { kind: "socket", place };
  throw corrupt(place, "is no trace of an HTTP stream");
}

function readSegment(bytes: Uint8Array, place: string): TapTrace {
  const fields = readFields(bytes, place);
  const traceId = fields.find((field) => field.number === 1)?.value ?? 0n;
  if (typeof traceId !== "bigint") throw corrupt(place, "has a trace_id that is no number");
  for (const [of, first] of [
    ["request", 2],
    ["response", 5],
  ] as const) {
    const piece = readPiece(fields, of, first, place);
    if (piece !== null) return { kind: "segment", place, traceId: String(traceId), piece };
  }
  return { kind: "segment", place, traceId: String(traceId), piece: null };
}

/** Headers, body chunk and trailers of one direction have consecutive numbers. */
function readPiece(
  fields: readonly Field[],
  of: TapDirection,
  first: number,
  place: string,
): TapPiece | null {
  const headers = submessage(fields, first, place);
  if (headers !== null)
    return { part: "headers", of, headers: readHeaders(readFields(headers, place), 1, place) };
  const body = submessage(fields, first + 1, place);
  if (body !== null) return { part: "body", of, body: readBody(body, place) };
  const trailers = submessage(fields, first + 2, place);
  if (trailers !== null)
    return { part: "trailers", of, headers: readHeaders(readFields(trailers, place), 1, place) };
  return null;
}

function readMessage(bytes: Uint8Array | null, place: string): TapMessage | null {
  if (bytes === null) return null;
  const fields = readFields(bytes, place);
  const body = submessage(fields, 2, place);
  return {
    headers: readHeaders(fields, 1, place),
    body: body === null ? null : readBody(body, place),
    trailers: readHeaders(fields, 3, place),
  };
}

function readHeaders(fields: readonly Field[], number: number, place: string): HeaderList {
  return fields
    .filter((field) => field.number === number)
    .map((field) => {
      const header = readFields(bytesOf(field, place), place);
      const text = (key: number): string => fromBytes(submessage(header, key, place) ?? new Uint8Array());
      const pair: HeaderPair = [text(1).toLowerCase(), text(3) || text(2)];
      const problem = headerProblem(pair);
      if (problem !== null) throw corrupt(place, `has a header whose ${problem.on} ${problem.problem}`);
      return pair;
    });
}

function readBody(bytes: Uint8Array, place: string): TapBody {
  const fields = readFields(bytes, place);
  const text = submessage(fields, 2, place);
  return {
    // A copy: a body must not keep the whole file in memory.
    bytes: new Uint8Array(text ?? submessage(fields, 1, place) ?? []),
    form: text === null ? "as_bytes" : "as_string",
    truncated: fields.some((field) => field.number === 3 && field.value !== 0n),
  };
}

/** One field of a message; of the wire types only the two that taps have are kept. */
interface Field {
  readonly number: number;
  readonly value: bigint | Uint8Array;
}

function readFields(bytes: Uint8Array, place: string): readonly Field[] {
  const reader = new BinaryReader(bytes);
  const fields: Field[] = [];
  while (reader.pos < reader.len) {
    const [number, wireType] = decode(place, () => reader.tag());
    if (wireType === WireType.LengthDelimited) {
      fields.push({ number, value: lengthDelimited(reader, place) });
    } else if (wireType === WireType.Varint) {
      fields.push({ number, value: decode(place, () => BigInt(reader.uint64())) });
    } else {
      decode(place, () => reader.skip(wireType, number));
    }
  }
  return fields;
}

/** The last field of a number counts, as everywhere in protobuf. */
function submessage(fields: readonly Field[], number: number, place: string): Uint8Array | null {
  const field = fields.findLast((candidate) => candidate.number === number);
  return field === undefined ? null : bytesOf(field, place);
}

function bytesOf(field: Field, place: string): Uint8Array {
  if (typeof field.value === "bigint")
    throw corrupt(place, `has a number in field ${field.number}, expected a message`);
  return field.value;
}

function lengthDelimited(reader: BinaryReader, place: string): Uint8Array {
  try {
    return reader.bytes();
  } catch (cause) {
    throw new RecordingError("ERR_RECORDING_BAD_PROTOBUF", `${place}: ends before its announced length`, {
      cause,
    });
  }
}

function decode<T>(place: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new RecordingError("ERR_RECORDING_BAD_PROTOBUF", `${place}: does not decode as protobuf`, {
      cause,
    });
  }
}

function corrupt(place: string, problem: string): RecordingError {
  return new RecordingError("ERR_RECORDING_BAD_PROTOBUF", `${place}: ${problem}`);
}
