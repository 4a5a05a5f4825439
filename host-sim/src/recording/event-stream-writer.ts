import { EVENT_STREAM_VERSION } from "./event-line.js";
import { writeCallout } from "./event-callouts.js";
import { writeExpectation } from "./event-expectations.js";
import { type EventFields, writeBytes, writeHeaders } from "./event-fields.js";
import { toMicrosecond } from "./event-time.js";
import type { RecordedConnection } from "./recorded-connection.js";
import type { PluginUpdate, RecordedItem } from "./recording.js";
import type { RecordedMessage, RecordedStream } from "./recorded-stream.js";
import { type MessagePiece, messagePieces, responsePieces } from "./stream-pieces.js";

/**
 * An event file that is read back to the same items, but for `source`, which is the place, and for what an order says without effect:
 * waits of nothing, several in a row, one at its beginning or after a reset.
 */
export function writeEventStream(items: Iterable<RecordedItem>): string {
  let text = "";
  for (const item of items) text += writeEvents(item);
  return text;
}

/** The lines of one item, each with its line feed. A file is such lines, one item after another. */
export function writeEvents(item: RecordedItem): string {
  const lines = new EventLines();
  if ("request" in item) lines.stream(item);
  else if ("events" in item) lines.connection(item);
  else if ("advanceMs" in item) lines.event("advance", { ms: item.advanceMs });
  else if ("standing" in item) lines.event("callout", writeCallout(item.standing));
  else {
    const { update, expect } = item;
    const wanted = expect === undefined ? {} : { expect };
    lines.event("config", { plugins: update.map(writeUpdate), ...wanted });
  }
  return lines.text;
}

type Side = "request" | "response";

class EventLines {
  text = "";
  #id: string | null = null;
  #at = 0;

  event(ev: string, fields: EventFields): void {
    const id = this.#id === null ? {} : { id: this.#id };
    const at = toMicrosecond(this.#at);
    this.text += `${JSON.stringify({ v: EVENT_STREAM_VERSION, ...id, at, ev, ...fields })}\n`;
  }

  stream(stream: RecordedStream): void {
    this.#id = stream.id;
    this.#at = stream.at ?? 0;
    const { order } = stream;
    const pieces = {
      request: messagePieces(stream.request, stream.protocol),
      response: responsePieces(stream),
    };
    const send = (side: Side, next: unknown): boolean => this.#piece(stream, side, pieces[side], next);

    // The headers of the request begin a stream whatever its order says.
    const leading = order?.findIndex((step) => step === "request") ?? -1;
    const steps = leading < 0 ? (order ?? []) : (order ?? []).slice(leading);
    if (leading < 0) send("request", null);
    for (let index = 0; index < steps.length; index += 1) {
      const step = steps[index]!;
      if (step === "request" || step === "response") {
        if (send(step, steps[index + 1])) index += 1;
      } else if ("wait" in step) {
        this.#at += step.wait;
      } else {
        this.event("reset", { by: step.reset });
      }
    }
    if (order !== undefined && pieces.request.length + pieces.response.length > 0) this.event("rest", {});
    for (const side of ["request", "response"] as const) {
      while (pieces[side].length > 0) send(side, side);
    }

    for (const callout of stream.callouts ?? []) this.event("callout", writeCallout(callout));
    if (stream.expect !== undefined) this.event("expect", writeExpectation(stream.expect));
    const broken = order?.some((step) => typeof step === "object" && "reset" in step) ?? false;
    const last = order?.at(-1);
    const waits = typeof last === "object" && "wait" in last;
    if (!broken && (waits || stream.response === null)) this.event("done", {});
  }

  connection(connection: RecordedConnection): void {
    this.#id = connection.id;
    this.#at = connection.at ?? 0;
    const { upstreamAccepts } = connection;
    this.event("tcp.open", upstreamAccepts === undefined ? {} : { accepts: upstreamAccepts });
    const ended = new Set<string>();
    for (const event of connection.events) {
      if (event.kind === "wait") {
        this.#at += event.milliseconds;
      } else if (event.kind === "data") {
        const { from, bytes } = event;
        const data =
          typeof bytes === "string" ? { utf8: bytes } : { base64: Buffer.from(bytes).toString("base64") };
        this.event("tcp.data", { from, ...data });
      } else {
        this.event(`tcp.${event.kind}`, { from: event.from });
        ended.add(event.kind === "reset" ? "both" : event.from);
      }
    }
    for (const callout of connection.callouts ?? []) this.event("callout", writeCallout(callout));
    if (!ended.has("both") && ended.size < 2) this.event("done", {});
  }

  /** Writes the next piece of a message. True: the end came with it, which was the next step as well. */
  #piece(stream: RecordedStream, side: Side, pieces: MessagePiece[], nextStep: unknown): boolean {
    const message = side === "request" ? stream.request : stream.response;
    const piece = pieces.shift();
    if (piece === undefined || message === null) return false;
    const name = side === "request" ? "req" : "res";
    if (piece.part === "interim") {
      this.event(`${name}.interim`, { headers: writeHeaders(piece.headers) });
      return false;
    }
    if (piece.part === "headers") {
      const opening = side === "request" ? openingFields(stream) : {};
      this.event(`${name}.headers`, {
        ...opening,
        headers: writeHeaders(message.headers),
        end: pieces.length === 0,
      });
      return false;
    }
    if (piece.part === "trailers") {
      this.event(`${name}.trailers`, { headers: writeHeaders(message.trailers ?? []) });
      return false;
    }
    if (piece.part === "end") {
      this.event(`${name}.end`, {});
      return false;
    }
    const end = pieces[0]?.part === "end" && nextStep === side;
    if (end) pieces.shift();
    const data = piece.part === "data" ? writeBytes(piece.chunk) : missingField(message);
    this.event(`${name}.data`, { ...data, end });
    return end;
  }
}

function openingFields({ protocol, order, notes }: RecordedStream): EventFields {
  return {
    ...(protocol === "HTTP/2" ? { protocol } : {}),
    ...(order === undefined ? {} : { ordered: true }),
    ...(notes.length > 0 ? { notes } : {}),
  };
}

function missingField({ body }: RecordedMessage): EventFields {
  return body.kind === "missing" ? { missing: { size: body.size, reason: body.reason } } : {};
}

function writeUpdate({ plugin, configuration }: PluginUpdate): EventFields {
  return typeof configuration === "string"
    ? { plugin, utf8: configuration }
    : { plugin, base64: Buffer.from(configuration).toString("base64") };
}
