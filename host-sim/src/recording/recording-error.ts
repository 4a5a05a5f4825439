/** Every way in which a recording can be refused: when it happens, and what to do. */
export const recordingErrors = {
  ERR_RECORDING_NOT_FOUND: {
    when: "There is no file at the given path, or it cannot be opened.",
    hint: "Check the path; it is relative to the folder in which the command runs.",
  },
  ERR_RECORDING_NOT_A_FILE: {
    when: "The path names a folder or a device.",
    hint: "Name one file: a .har, a tap file of Envoy, or a .stream.jsonl.",
  },
  ERR_RECORDING_EMPTY: {
    when: "The file has no bytes, or only white space.",
    hint: "Record again: the program that wrote the file was probably stopped before it wrote anything.",
  },
  ERR_RECORDING_TOO_LARGE: {
    when: "One entry, line or body is larger than 256 MiB, or more than 100,000 streams are underway at a time.",
    hint: "Record without large downloads.",
  },
  ERR_RECORDING_UNKNOWN_FORMAT: {
    when: "The content is none of the known formats.",
    hint: "Readable are HAR 1.2, Envoy's tap files (JSON or length-delimited protobuf) and event files (*.stream.jsonl); each also packed with gzip or zlib (.zhar); unpack a .zip first.",
  },
  ERR_RECORDING_NOT_UTF8: {
    when: "A JSON recording is not UTF-8 text.",
    hint: "Save the file as UTF-8; HAR, tap and event files are always UTF-8.",
  },
  ERR_RECORDING_NOT_JSON: {
    when: "A JSON recording breaks JSON's grammar.",
    hint: "Export the recording again; if it was edited by hand, look at the named line.",
  },
  ERR_RECORDING_TRUNCATED: {
    when: "The file ends in the middle of a value, a message or a stream.",
    hint: "Copy or record the file again: its end is missing.",
  },
  ERR_RECORDING_TOO_DEEP: {
    when: "JSON values are nested deeper than 1000 levels outside of strings.",
    hint: "No known exporter writes such a file; record again.",
  },
  ERR_RECORDING_BAD_FIELD: {
    when: "A field is missing, has another type, or a value that cannot be on the wire.",
    hint: "Export the recording again, or repair or remove the named entry.",
  },
  ERR_RECORDING_BAD_PROTOBUF: {
    when: "A length-delimited tap file does not decode as envoy.data.tap.v3.TraceWrapper.",
    hint: "The tap sink's format must be PROTO_BINARY_LENGTH_DELIMITED.",
  },
  ERR_RECORDING_UNKNOWN_EVENT: {
    when: "An event file names an event, or a field of an event, that this version does not know.",
    hint: "stream.schema.json describes every event and its fields.",
  },
  ERR_RECORDING_EVENT_ORDER: {
    when: "Events of one stream contradict each other, such as data before headers or after the end.",
    hint: "A stream begins with req.headers; each direction is headers, data, trailers, and one of them ends it.",
  },
} as const satisfies Record<string, { readonly when: string; readonly hint: string }>;

export type RecordingErrorCode = keyof typeof recordingErrors;

/** A recording that cannot be read. The message says what is wrong and where, `hint` what to do about it. */
export class RecordingError extends Error {
  override readonly name = "RecordingError";
  readonly hint: string;

  constructor(
    readonly code: RecordingErrorCode,
    message: string,
    options: { readonly hint?: string; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.hint = options.hint ?? recordingErrors[code].hint;
  }
}
