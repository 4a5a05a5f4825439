import { ConnectionUnderway } from "./connection-underway.js";
import { readCallout } from "./event-callouts.js";
import { readBytes, readMilliseconds, readWord } from "./event-fields.js";
import { type EventLine, readEventLine } from "./event-line.js";
import type { JsonValue } from "./json-value.js";
import { LineSplitter } from "./line-splitter.js";
import { MAX_OPEN_STREAMS } from "./limits.js";
import type { PluginUpdate, RecordedItem, RecordedUpdate } from "./recording.js";
import { RecordingError } from "./recording-error.js";
import type { RecordingParser, RecordingSink } from "./recording-parser.js";
import { outOfOrder, StreamUnderway } from "./stream-underway.js";

/**
 * Reads an event file: JSON Lines, one event a line, the events of a stream in order and those of several streams
 * interleaved at will. It holds what HAR and taps cannot: any octet in a header, trailers, chunks, both protocols, the order of
 * things and their times, resets, connections, answers to callouts, expectations. `stream.schema.json` describes one line.
 *
 * A stream is over when both of its directions have ended, when one side has reset it, or with `done`; its callouts and
 * expectations may still follow, until the next stream begins.
 */
export class EventStreamParser implements RecordingParser {
  readonly #lines: LineSplitter;
  readonly #open = new Map<string, StreamUnderway | ConnectionUnderway>();
  /** Over, and not given on: something of them may follow. */
  readonly #ended = new Set<StreamUnderway | ConnectionUnderway>();
  #line = 0;
  #empty = true;

  constructor(
    private readonly source: string,
    private readonly sink: RecordingSink,
  ) {
    this.#lines = new LineSplitter(source, (line) => {
      this.#line += 1;
      if (line.trim() !== "") this.#add(readEventLine(line, source, this.#line));
    });
  }

  write(bytes: Uint8Array): void {
    this.#lines.write(bytes);
  }

  end(): void {
    this.#lines.end();
    if (this.#empty) throw new RecordingError("ERR_RECORDING_EMPTY", `${this.source}: has no events`);
    this.#release();
    for (const underway of this.#open.values()) this.sink.item(underway.finish());
  }

  #add(event: EventLine): void {
    this.#empty = false;
    if (event.id === null) {
      this.#release();
      this.sink.item(processItem(event));
      return;
    }
    const known = this.#open.get(event.id);
    if (known === undefined || (this.#ended.has(known) && opens(event))) this.#begin(event, event.id);
    else if (fits(event, known)) this.#continue(event, known);
    else throw outOfOrder(event, `belongs to a ${known instanceof StreamUnderway ? "stream" : "connection"}`);
  }

  #begin(event: EventLine, id: string): void {
    if (!opens(event)) throw outOfOrder(event, "comes before its req.headers, or after it was over");
    this.#release();
    if (this.#open.size >= MAX_OPEN_STREAMS) {
      throw new RecordingError(
        "ERR_RECORDING_TOO_LARGE",
        `${event.json.place}: ${MAX_OPEN_STREAMS} streams have begun that are not over`,
        { hint: 'End each stream that gets no response with an event "done".' },
      );
    }
    const { place } = event.json;
    if (event.name === "tcp.open") {
      this.#open.set(id, new ConnectionUnderway(id, place, event));
      return;
    }
    const stream = new StreamUnderway(id, place, event);
    this.#open.set(id, stream);
    this.#continue(event, stream);
  }

  #continue(event: EventLine, underway: StreamUnderway | ConnectionUnderway): void {
    underway.add(event);
    if (underway.ended) this.#ended.add(underway);
  }

  /** Gives on what is over. */
  #release(): void {
    for (const underway of this.#ended) {
      this.#open.delete(underway.id);
      this.sink.item(underway.finish());
    }
    this.#ended.clear();
  }
}

function processItem({ name, json }: EventLine): RecordedItem {
  switch (name) {
    case "advance":
      return { advanceMs: readMilliseconds(json.field("ms")) };
    case "callout":
      return { standing: readCallout(json) };
    default:
      return { update: readUpdates(json.field("plugins")), ...readUpdateExpectation(json) };
  }
}

function opens({ name }: EventLine): boolean {
  return name === "req.headers" || name === "tcp.open";
}

function fits({ name }: EventLine, underway: StreamUnderway | ConnectionUnderway): boolean {
  return (
    name === "done" ||
    name === "callout" ||
    name.startsWith("tcp.") === underway instanceof ConnectionUnderway
  );
}

function readUpdateExpectation(json: JsonValue): Pick<RecordedUpdate, "expect"> {
  const expect = json.optional("expect");
  return expect === null ? {} : { expect: readWord(expect, ["accepted", "rejected"]) };
}

function readUpdates(plugins: JsonValue): readonly PluginUpdate[] {
  const updates = plugins.elements();
  if (updates.length === 0) throw plugins.bad("is empty, expected at least one plugin");
  return updates.map((update) => {
    update.only(["plugin", "utf8", "base64", "json"]);
    const plugin = update.field("plugin").string();
    const json = update.optional("json");
    if (json === null) return { plugin, configuration: readText(update) };
    if (update.optional("utf8") !== null || update.optional("base64") !== null)
      throw update.bad("has json and another form of its configuration, expected one");
    return { plugin, configuration: JSON.stringify(json.value) };
  });
}

function readText(update: JsonValue): string | Uint8Array {
  const bytes = readBytes(update);
  return update.optional("utf8")?.string() ?? bytes;
}
