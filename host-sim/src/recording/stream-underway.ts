import { firstValue, type HeaderList } from "../byte-string.js";
import { isTunnel } from "./tunnel.js";
import { readCallout } from "./event-callouts.js";
import { readExpectation } from "./event-expectations.js";
import { readBytes, readHeaders, readTrailers, readWord } from "./event-fields.js";
import type { EventLine } from "./event-line.js";
import { framingProblem, responseHasBody } from "./framing.js";
import {
  isFinalStatus,
  pseudoHeaderProblem,
  pseudoHeadersFirst,
  REQUEST_PSEUDO_HEADERS,
} from "./header-field.js";
import type { JsonValue } from "./json-value.js";
import type { RecordedCallout } from "./recorded-callout.js";
import type { RecordedExpectation } from "./recorded-expectation.js";
import { RecordingError } from "./recording-error.js";
import type { RecordedBody, RecordedMessage, RecordedStream, StreamStep } from "./recorded-stream.js";
import { millisecondsBetween } from "./event-time.js";

/** How far one direction has come; headers and data leave it open, `"end": true`, `req.end` and trailers end it. */
type Progress = "nothing" | "open" | "ended";

class MessageUnderway {
  progress: Progress = "nothing";
  headers: HeaderList = [];
  trailers: HeaderList | null = null;
  readonly chunks: Uint8Array[] = [];
  missing: (RecordedBody & { kind: "missing" }) | null = null;

  constructor(readonly direction: "request" | "response") {}

  toMessage(): RecordedMessage {
    return {
      headers: this.headers,
      body: this.missing ?? { kind: "recorded", chunks: this.chunks },
      trailers: this.trailers,
    };
  }
}

/** The events of one HTTP stream, collected until it is over. */
export class StreamUnderway {
  readonly #request = new MessageUnderway("request");
  readonly #response = new MessageUnderway("response");
  readonly #at: number;
  readonly #protocol: RecordedStream["protocol"];
  readonly #notes: readonly string[];
  /** Null: the order does not matter. */
  readonly #order: StreamStep[] | null;
  readonly #interim: HeaderList[] = [];
  readonly #callouts: RecordedCallout[] = [];
  #expect: RecordedExpectation | null = null;
  /** From `rest` on the order is free again. */
  #orderIsFree: boolean;
  #lastAt: number;
  #timed = false;
  #broken = false;
  #done = false;

  constructor(
    readonly id: string,
    readonly source: string,
    opening: EventLine,
  ) {
    const { json, at } = opening;
    const protocol = json.optional("protocol");
    this.#protocol = protocol === null ? "HTTP/1.1" : readWord(protocol, ["HTTP/1.1", "HTTP/2"]);
    this.#notes =
      json
        .optional("notes")
        ?.elements()
        .map((note) => note.string()) ?? [];
    this.#order = (json.optional("ordered")?.boolean() ?? false) ? [] : null;
    this.#orderIsFree = this.#order === null;
    this.#at = at;
    this.#lastAt = at;
  }

  /** Nothing more has to come; callouts and expectations may, until the next stream begins. */
  get ended(): boolean {
    const bothEnded = this.#request.progress === "ended" && this.#response.progress === "ended";
    return this.#done || this.#broken || bothEnded;
  }

  add(event: EventLine): void {
    if (this.#done) throw outOfOrder(event, "comes after its done");
    const [side, part] = event.name.split(".");
    if (part !== undefined) {
      if (this.#broken && !this.#orderIsFree) throw outOfOrder(event, "comes after its reset");
      this.#passTime(event);
      this.#addPiece(event, side === "req" ? this.#request : this.#response, part);
      return;
    }
    switch (side) {
      case "reset":
        this.#passTime(event);
        this.#reset(event);
        return;
      case "rest":
        if (this.#order === null) throw outOfOrder(event, 'belongs to a stream that is not "ordered": true');
        if (!this.#broken) this.#passTime(event);
        this.#orderIsFree = true;
        return;
      case "callout":
        this.#callouts.push(readCallout(event.json));
        return;
      case "expect":
        this.#addExpectation(event);
        return;
      default:
        if (!this.#broken) this.#passTime(event);
        this.#done = true;
    }
  }

  finish(): RecordedStream {
    for (const message of [this.#request, this.#response]) {
      if (message.progress !== "open" || this.#broken) continue;
      throw new RecordingError(
        "ERR_RECORDING_TRUNCATED",
        `${this.source}: the ${message.direction} of stream ${JSON.stringify(this.id)} has no end`,
        { hint: 'End each direction with "end": true on its last event, or with trailers.' },
      );
    }
    const request = this.#request.toMessage();
    const response = this.#response.progress === "nothing" ? null : this.#response.toMessage();
    if (!this.#broken) this.#checkFraming(request, response);
    return {
      id: this.id,
      source: this.source,
      protocol: this.#protocol,
      request,
      response,
      ...(this.#interim.length === 0 ? {} : { interim: this.#interim }),
      ...(this.#order === null ? {} : { order: this.#order }),
      ...(this.#at === 0 ? {} : { at: this.#at }),
      ...(this.#callouts.length === 0 ? {} : { callouts: this.#callouts }),
      ...(this.#expect === null ? {} : { expect: this.#expect }),
      notes: this.#timed ? [...this.#notes, TIMES_NOTE] : this.#notes,
    };
  }

  #passTime({ at, json }: EventLine): void {
    if (this.#orderIsFree) {
      this.#timed ||= this.#order === null && at !== this.#at;
      return;
    }
    if (at < this.#lastAt) throw json.field("at").bad("is before that of the stream's event above");
    const wait = millisecondsBetween(this.#lastAt, at);
    if (wait > 0) this.#order?.push({ wait });
    this.#lastAt = at;
  }

  #step(step: StreamStep): void {
    if (!this.#orderIsFree) this.#order?.push(step);
  }

  #reset(event: EventLine): void {
    const by = readWord(event.json.field("by"), ["client", "upstream"]);
    if (this.#order === null) {
      throw outOfOrder(event, 'belongs to a stream that is not "ordered": true');
    }
    if (this.#broken) throw outOfOrder(event, "comes a second time");
    this.#step({ reset: by });
    this.#broken = true;
  }

  #addPiece(event: EventLine, message: MessageUnderway, part: string): void {
    if (part === "interim") {
      this.#addInterim(event);
      return;
    }
    if (part === "headers") {
      this.#addHeaders(event, message);
      return;
    }
    if (message.progress === "nothing") throw outOfOrder(event, "comes before its headers");
    if (message.progress === "ended") throw outOfOrder(event, "comes after the end of that direction");
    if (part === "data") {
      this.#addData(event.json, message);
    } else {
      if (part === "trailers") message.trailers = readTrailers(event.json.field("headers"));
      this.#step(message.direction);
      message.progress = "ended";
    }
  }

  #addHeaders({ json, ...event }: EventLine, message: MessageUnderway): void {
    if (message.progress === "open") throw outOfOrder({ json, ...event }, "comes a second time");
    if (message.progress === "ended")
      throw outOfOrder({ json, ...event }, "comes after the end of that direction");
    const list = json.field("headers");
    if (message.direction === "request") message.headers = readHead(list, REQUEST_PSEUDO_HEADERS);
    else {
      message.headers = readHead(list, [":status"]);
      const status = firstValue(message.headers, ":status") ?? "";
      if (status !== "101" && !isFinalStatus(status))
        throw list.bad("has a :status that is no number from 200 to 999, and not 101");
    }
    message.progress = json.field("end").boolean() ? "ended" : "open";
    this.#step(message.direction);
  }

  /** Every one is a step of the response. */
  #addInterim(event: EventLine): void {
    if (this.#response.progress !== "nothing") throw outOfOrder(event, "comes behind the res.headers");
    const list = event.json.field("headers");
    const headers = readHead(list, [":status"]);
    if (!/^1(?!01)\d\d$/.test(firstValue(headers, ":status") ?? ""))
      throw list.bad("has a :status that is no number from 100 to 199, or 101");
    this.#interim.push(headers);
    this.#step("response");
  }

  #addData(event: JsonValue, message: MessageUnderway): void {
    const end = event.field("end").boolean();
    const missing = event.optional("missing");
    if (missing === null) {
      const chunk = readChunk(event);
      if (message.missing !== null) throw event.bad("has data after data that is missing");
      // On HTTP/1.1 an empty chunk is the end of the body and nothing else; on HTTP/2 it is a DATA frame.
      if (this.#protocol === "HTTP/2" || chunk.length > 0) {
        message.chunks.push(chunk);
        this.#step(message.direction);
      }
    } else {
      readChunk(event);
      if (message.chunks.length > 0 || message.missing !== null)
        throw event.bad("has missing data after other data");
      message.missing = readMissing(missing);
      this.#step(message.direction);
    }
    if (!end) return;
    this.#step(message.direction);
    message.progress = "ended";
  }

  #addExpectation(event: EventLine): void {
    const more = readExpectation(event.json);
    const twice = Object.keys(more).find(
      (name) => this.#expect !== null && Object.hasOwn(this.#expect, name),
    );
    if (twice !== undefined) throw event.json.field(twice).bad("is expected a second time");
    this.#expect = { ...this.#expect, ...more };
  }

  #checkFraming(request: RecordedMessage, response: RecordedMessage | null): void {
    // What flows in a tunnel has no framing.
    if (isTunnel({ protocol: this.#protocol, request, response })) return;
    const status = Number(firstValue(response?.headers ?? [], ":status"));
    const hasBody = responseHasBody(firstValue(request.headers, ":method") ?? "", status);
    const problems = {
      request: framingProblem(request, "request", this.#protocol, true),
      response: response === null ? null : framingProblem(response, "response", this.#protocol, hasBody),
    };
    for (const [of, problem] of Object.entries(problems)) {
      if (problem === null) continue;
      const stream = `stream ${JSON.stringify(this.id)}`;
      throw new RecordingError(
        "ERR_RECORDING_BAD_FIELD",
        `${this.source}: the ${of} of ${stream} ${problem}`,
      );
    }
  }
}

function readHead(list: JsonValue, pseudo: readonly string[]): HeaderList {
  const headers = readHeaders(list);
  const problem = pseudoHeaderProblem(headers, pseudo);
  if (problem !== null) throw list.bad(problem);
  return pseudoHeadersFirst(headers, pseudo);
}

const TIMES_NOTE = 'The times of its events are not replayed: its req.headers does not say "ordered": true.';

/** The bytes of a data event, which has them in one of two forms, or `missing`. */
function readChunk(event: JsonValue): Uint8Array {
  const forms = ["utf8", "base64", "missing"].filter((name) => event.optional(name) !== null);
  if (forms.length !== 1) {
    throw event.bad(
      `has ${forms.length === 0 ? "none" : "several"} of utf8, base64 and missing, expected one`,
    );
  }
  return forms[0] === "missing" ? new Uint8Array() : readBytes(event);
}

function readMissing(missing: JsonValue): RecordedBody & { readonly kind: "missing" } {
  missing.only(["size", "reason"]);
  const size = missing.optional("size");
  if (size !== null && !size.isNull && size.integer() < 0) throw size.bad("is negative");
  return {
    kind: "missing",
    size: size === null || size.isNull ? null : size.integer(),
    reason: missing.field("reason").string(),
  };
}

export function outOfOrder(event: EventLine, problem: string): RecordingError {
  return new RecordingError(
    "ERR_RECORDING_EVENT_ORDER",
    `${event.json.place}: ${event.name} of stream ${JSON.stringify(event.id)} ${problem}`,
  );
}
