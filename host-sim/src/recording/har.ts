import type { HeaderList } from "../byte-string.js";
import { readHarRequestBody, readHarResponseBody, type WireForm } from "./har-body.js";
import { crossCheckPseudoHeaders, readHarHeaders, splitUrl } from "./har-headers.js";
import { responseHasBody } from "./framing.js";
import { type JsonKind, type JsonPlace, JsonStream } from "./json-stream.js";
import { JsonValue } from "./json-value.js";
import { RecordingError } from "./recording-error.js";
import type { RecordingParser, RecordingSink } from "./recording-parser.js";
import type { RecordedMessage, RecordedStream } from "./recorded-stream.js";

export interface HarOptions {
  /** Where files lie that the HAR names; null: nowhere. */
  readonly folder: string | null;
  /**
   * A response's body is recorded decoded. `drop`, the default, sends it so, without content-encoding; `recompress` encodes it again,
   * into other bytes than were sent, but for the same content.
   */
  readonly wire?: WireForm;
}

/**
 * Reads HAR 1.2 as real programs write it: only what makes a stream is required; cookies, timings, caches and pages
 * are not looked at. Entries that never went through a proxy are skipped with a reason.
 */
export class HarParser implements RecordingParser {
  readonly #json: JsonStream;
  /** What was found on the way to the entries. */
  readonly #kinds = new Map<string, JsonKind>();

  constructor(
    private readonly source: string,
    private readonly sink: RecordingSink,
    private readonly options: HarOptions,
  ) {
    this.#json = new JsonStream({
      source,
      select: "$.log.entries.*",
      onKey: (path, kind) => this.#kinds.set(path.join("."), kind),
      onTop: (index, line) => {
        if (index === 0) return;
        throw new RecordingError(
          "ERR_RECORDING_NOT_JSON",
          `${source}: a second JSON value begins in line ${line}`,
          { hint: "A HAR is one JSON object; remove what follows it." },
        );
      },
      onValue: (value, { key }) => {
        this.#checkKinds();
        this.#entry(JsonValue.at(value, source, `log.entries[${key}]`), key);
      },
    });
  }

  write(bytes: Uint8Array): void {
    this.#json.write(bytes);
  }

  end(): void {
    this.#json.end();
    this.#checkKinds();
  }

  #entry(entry: JsonValue, index: JsonPlace["key"]): void {
    const place = `${this.source}, ${entry.path}`;
    const reason = reasonToSkip(entry);
    if (reason !== null) this.sink.skipped({ source: place, reason });
    else this.sink.item(readEntry(entry, `entry-${index}`, place, this.options));
  }

  #checkKinds(): void {
    for (const [path, expected] of [
      ["log", "object"],
      ["log.entries", "array"],
    ] as const) {
      const kind = this.#kinds.get(path);
      if (kind === expected) continue;
      const problem =
        kind === undefined
          ? "is missing"
          : `is ${kind === "scalar" ? "a" : "an"} ${kind}, expected an ${expected}`;
      throw new RecordingError("ERR_RECORDING_BAD_FIELD", `${this.source}: ${path} ${problem}`);
    }
  }
}

/** Why an entry is no exchange that a proxy could have seen, or null. */
function reasonToSkip(entry: JsonValue): string | null {
  const messages = entry.optional("_webSocketMessages");
  if (messages !== null || entry.optional("_resourceType")?.value === "websocket") {
    const count = messages?.elements().length ?? 0;
    return `WebSockets are not replayed; this one has ${count === 1 ? "1 message" : `${count} messages`}`;
  }
  // Charles lists the tunnels whose content it did not see.
  if (entry.field("request").field("method").value === "CONNECT")
    return "a tunnel was opened, and what went through it is not recorded";
  const scheme = /^([a-z][a-z0-9+.-]*):/i
    .exec(entry.field("request").field("url").string())?.[1]
    ?.toLowerCase();
  if (scheme !== undefined && scheme !== "http" && scheme !== "https") {
    return scheme === "ws" || scheme === "wss"
      ? "WebSockets are not replayed"
      : `${scheme}: addresses are answered by the browser itself`;
  }
  const response = entry.field("response");
  const status = response.field("status").integer();
  if (status <= 0) return "the browser aborted or blocked the request: it has no status";
  if (status === 101) return "the connection was upgraded to another protocol";
  // Playwright marks answers made by a test, Chromium those from a cache or a service worker.
  const marks: readonly (readonly [JsonValue, string, string])[] = [
    [entry, "_wasFulfilled", "the answer was made by a test, not by a server"],
    [entry, "_fromCache", "the answer came from the browser's cache"],
    [response, "_fetchedViaServiceWorker", "the answer came from a service worker"],
  ];
  for (const [holder, name, reason] of marks) {
    const mark = holder.optional(name);
    if (mark !== null && mark.value !== false && mark.value !== "") return reason;
  }
  return null;
}

function readEntry(entry: JsonValue, id: string, source: string, options: HarOptions): RecordedStream {
  const notes: string[] = [];
  const request = entry.field("request");
  const response = entry.field("response");
  const method = readMethod(request.field("method"));
  const protocol = readProtocol(request, notes);
  return {
    id,
    source,
    protocol,
    request: readRequest(request, method, protocol, notes, options),
    response: readResponse(response, method, protocol, notes, options),
    notes,
  };
}

function readRequest(
  request: JsonValue,
  method: string,
  protocol: RecordedStream["protocol"],
  notes: string[],
  options: HarOptions,
): RecordedMessage {
  const url = splitUrl(request.field("url"));
  const pseudo: HeaderList = [
    [":authority", url.authority],
    [":path", url.path],
    [":method", method],
    [":scheme", url.scheme],
  ];
  const recorded = readHarHeaders(request.field("headers"), protocol);
  crossCheckPseudoHeaders(pseudo, recorded, notes);
  const fields = recorded.filter(([name]) => !name.startsWith(":") && name !== "host");
  const { headers, body } = readHarRequestBody(request, fields, protocol, notes, options);
  return { headers: [...pseudo, ...headers], body, trailers: null };
}

function readResponse(
  response: JsonValue,
  method: string,
  protocol: RecordedStream["protocol"],
  notes: string[],
  options: HarOptions,
): RecordedMessage {
  const status = response.field("status").integer();
  if (status < 200 || status > 999) throw response.field("status").badWord("a final status from 200 to 999");
  const fields = readHarHeaders(response.field("headers"), protocol).filter(
    ([name]) => !name.startsWith(":"),
  );
  const { headers, body } = responseHasBody(method, status)
    ? readHarResponseBody(response, status, fields, notes, options)
    : { headers: fields, body: { kind: "recorded", chunks: [] } as const };
  return { headers: [[":status", String(status)], ...headers], body, trailers: null };
}

function readMethod(method: JsonValue): string {
  const text = method.string();
  if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,64}$/.test(text)) throw method.bad("is no HTTP method");
  return text;
}

/** Spellings differ between programs: `HTTP/1.1`, `http/2.0`, `HTTP/2`, `h2`, `h3`, or nothing. */
function readProtocol(request: JsonValue, notes: string[]): RecordedStream["protocol"] {
  const version = (request.optional("httpVersion")?.string() ?? "").toLowerCase();
  if (/^(http\/2(\.0)?|h2c?)$/.test(version)) return "HTTP/2";
  if (/^(http\/3(\.0)?|h3(-\d+)?|quic.*)$/.test(version)) {
    notes.push("The client spoke HTTP/3; the stream is replayed as HTTP/2.");
    return "HTTP/2";
  }
  return "HTTP/1.1";
}
