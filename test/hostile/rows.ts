/** ✔ right, ✘ wrong but alive, † the VM is dead, – cannot be asked of that SDK. */
export type Mark = "✔" | "✘" | "†" | "–";

/** A row of the table: a kind of input, and what the other SDKs made of it. */
export interface Row {
  /** Who causes it. */
  readonly by: "peer" | "author";
  readonly input: string;
  /** What other SDKs' filters did with the same kind of input; a remark may follow the mark. Absent: it was not put to them. */
  readonly others?: {
    readonly rust: string;
    readonly go: string;
    readonly gcore: string;
    readonly solo: string;
  };
}

const others = (rust: string, go: string, gcore: string, solo: string) => ({ rust, go, gcore, solo });

/** The kinds of input, in the order of the table. */
export const ROWS = {
  "not-utf8": {
    by: "peer",
    input:
      "header values that are not UTF-8: read, copied, iterated over; requests, responses, answers to callouts; HTTP/1 and HTTP/2",
    others: others("†", "✔", "✘ other bytes", "✘"),
  },
  "other-header": {
    by: "peer",
    input: "the same in a header that is only passed over",
    others: others("†", "✔", "✔", "✔"),
  },
  "large-and-odd": {
    by: "peer",
    input: "values of 50 KiB, 90 headers of one name, tabs, names of odd tokens",
    others: others("✔", "✔", "✔", "✔"),
  },
  "empty-value": {
    by: "peer",
    input: "an empty value",
    others: others("✔", "✔", "✘ taken for absent", "✘"),
  },
  "json-not": {
    by: "peer",
    input: "JSON that is cut, blank, begins with a byte order mark, is binary, NUL, or 10,000 arrays deep",
    others: others("✔", "✔", "†", "†"),
  },
  "json-deep": {
    by: "peer",
    input: "JSON that is 10,000 objects deep",
    others: others("✔", "† when written", "†", "†"),
  },
  "json-values": {
    by: "peer",
    input:
      "JSON with invalid UTF-8, half a surrogate pair, `\\uZZZZ`, `1e999`, 23 digits, `1.2.3`, garbage behind it, `\\u0000`",
    others: others("✔", "✘ two of them", "✘ all", "✘ all"),
  },
  "json-null": {
    by: "peer",
    input: "JSON `null` or an array where an object is due",
    others: others("✔", "†", "✔", "✔"),
  },
  "json-form-feed": {
    by: "peer",
    input: "good JSON with every escape, `\\f` among them",
    others: others("✔", "✔", "†", "†"),
  },
  "empty-body": {
    by: "peer",
    input: "no body: `content-length: 0`, no chunk, an empty DATA frame, trailers only",
    others: others("✔", "✔", "† two of three", "† two of three"),
  },
  pieces: {
    by: "peer",
    input: "bodies in pieces of one byte",
    others: others("✔", "✔", "✔", "✔"),
  },
  trailers: {
    by: "peer",
    input: "bodies that are followed by trailers, good and bad",
    others: others("✘ pass unseen", "✘ pass unseen", "✘ pass unseen", "✘ pass unseen"),
  },
  "over-limit": {
    by: "peer",
    input: "bodies above a limit, the filter's or Envoy's",
    others: others("✔", "✔", "✔", "✔"),
  },
  "abort-body": {
    by: "peer",
    input: "peers that leave in the middle of a body",
    others: others("✔", "✔", "✔", "✔"),
  },
  "abort-callout": {
    by: "peer",
    input: "clients that leave while a callout is pending that is then answered; twenty at once",
    others: others("✔", "✔", "†", "†"),
  },
  "callout-answer": {
    by: "peer",
    input: "callouts answered 503, 204, with 5 MB, with 90 headers, refused, too late",
    others: others("✔", "✔", "✔", "✔"),
  },
  screening: {
    by: "peer",
    input:
      "bodies and responses that wait for a callout: trailers, denied, too late, asked again, broken off, left",
  },
  "callout-reset": {
    by: "peer",
    input: "callouts whose answer breaks off, so that it has no headers",
    others: others("† and the client hangs", "✔", "✔", "✔"),
  },
  "callout-memory": {
    by: "peer",
    input: "40 concurrent callouts answered with 5 MB each: memory stays bounded",
    others: others("✔ 206 MiB", "✔ 259 MiB", "✔ 255 MiB", "✔ 228 MiB"),
  },
  "grpc-answer": {
    by: "peer",
    input:
      "gRPC services that answer with garbage, half a message, CR and LF, no status, a reset, or not at all",
  },
  "grpc-late": {
    by: "peer",
    input: "clients that leave while a gRPC call is pending that is then answered",
  },
  frames: {
    by: "peer",
    input:
      "TCP: frames cut anywhere, sizes beyond all, another protocol, peers that end or reset in the middle",
  },
  load: {
    by: "peer",
    input: "2,400 of all these at once and mixed: every VM lives, and memory stays as it is",
  },
  library: {
    by: "peer",
    input:
      "tokens, cookies, queries, encoded texts, patterns and addresses that are broken, deep, long or made to take time",
  },
  "odd-exchange": {
    by: "peer",
    input: "HEAD, 204, 304, interim responses, pipelining, broken framing, no host, no HTTP",
  },
  "log-after-abort": {
    by: "peer",
    input: "properties read in `onLog` after a client has left",
    others: others("✔", "✔", "✔", "†"),
  },
  configuration: {
    by: "author",
    input:
      "configurations at start: absent, empty, `null`, wrong types, half filled, not UTF-8, 1 MB, a Struct, …",
    others: others("✔", "✘ `null` refuses everything later", "✘ and six †", "✘ and six †"),
  },
  "bad-update": {
    by: "author",
    input: "a bad update of the configuration over LDS or ECDS: the old one stays",
    others: others("✔", "✔", "✔", "✔"),
  },
  "good-update": {
    by: "author",
    input:
      "a good update, after which the old plugin is drained: old streams end with the old one, the VM lives",
    others: others("✔", "✔", "†", "✔"),
  },
  "empty-path": {
    by: "author",
    input: "properties: an empty path, one that does not exist, one that is no value",
    others: others("†", "†", "†", "†"),
  },
  "counter-read": {
    by: "author",
    input: "a counter that is increased and read",
    others: others("✔", "✔", "✘ reads 0", "✘ reads 0"),
  },
  "metric-misuse": {
    by: "author",
    input: "metrics that the host does not know or refuses",
    others: others("✔", "†", "✔", "✔"),
  },
  "wrong-phase-get": {
    by: "author",
    input: "headers read in the wrong phase",
    others: others("†", "✔ error", "✘ silently empty", "✘ silently empty"),
  },
  "wrong-phase-set": {
    by: "author",
    input: "headers changed in the wrong phase",
    others: others("†", "✔ error", "†", "†"),
  },
  "wrong-phase-body": {
    by: "author",
    input: "headers iterated over and bodies read or changed in the wrong phase",
    others: others("✘ silent", "✔ error", "✘ silent", "✘ silent"),
  },
  everywhere: {
    by: "author",
    input: "every map and body, every operation, in every callback",
  },
  "foreign-function": {
    by: "author",
    input: "a foreign function that does not exist or fails, then another read from the host",
    others: others("✔", "✔", "†", "†"),
  },
  "body-range": {
    by: "author",
    input: "ranges of a body past its end; changes in its middle",
    others: others("†", "–", "✔ a status", "–"),
  },
  "header-injection": {
    by: "author",
    input: "CR, LF, NUL in values, names that are no tokens: refused at once, with the reason",
    others: others("✘ 503 later", "✘ 503 later", "✘ 503 later", "✘ 503 later"),
  },
  "reply-status": {
    by: "author",
    input: "local replies with status 0, 99, 600, 1000",
    others: others("✘ sent", "✘ sent", "✘ sent", "✘ sent"),
  },
  "reply-late": {
    by: "author",
    input: "local replies where they cannot work, or twice: the filter is told",
    others: others("✘ 200, cut", "✘ 200, cut", "✘ 200, cut", "✘ 200, cut"),
  },
  resume: {
    by: "author",
    input: "resuming what is not held, too early, twice, or after it has gone",
  },
} satisfies Record<string, Row>;

export type RowId = keyof typeof ROWS;
