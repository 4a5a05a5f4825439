import { readCallout } from "./event-callouts.js";
import { readBytes, readWord } from "./event-fields.js";
import type { EventLine } from "./event-line.js";
import { millisecondsBetween } from "./event-time.js";
import type { RecordedCallout } from "./recorded-callout.js";
import type { ConnectionEvent, Peer, RecordedConnection } from "./recorded-connection.js";
import { outOfOrder } from "./stream-underway.js";

const PEERS = ["client", "upstream"] as const;

/** The events of one TCP connection, collected until it is over. */
export class ConnectionUnderway {
  readonly #events: ConnectionEvent[] = [];
  readonly #accepts: boolean | null;
  readonly #at: number;
  readonly #ended = new Set<Peer>();
  #lastAt: number;
  readonly #callouts: RecordedCallout[] = [];
  #done = false;

  constructor(
    readonly id: string,
    readonly source: string,
    { json, at }: EventLine,
  ) {
    this.#accepts = json.optional("accepts")?.boolean() ?? null;
    this.#at = at;
    this.#lastAt = at;
  }

  /** Both sides have ended, or one has broken it off, or `done` has come. */
  get ended(): boolean {
    return this.#done;
  }

  add(event: EventLine): void {
    if (event.name === "callout") {
      this.#callouts.push(readCallout(event.json));
      return;
    }
    if (this.#done) throw outOfOrder(event, "comes after the end of its connection");
    if (event.at < this.#lastAt)
      throw event.json.field("at").bad("is before that of the connection's event above");
    const milliseconds = millisecondsBetween(this.#lastAt, event.at);
    if (milliseconds > 0) this.#events.push({ kind: "wait", milliseconds });
    this.#lastAt = event.at;
    if (event.name === "done") {
      this.#done = true;
      return;
    }

    const from = readWord(event.json.field("from"), PEERS);
    if (this.#ended.has(from)) throw outOfOrder(event, `comes after the end of the ${from}`);
    if (event.name === "tcp.data") {
      const text = event.json.optional("utf8");
      const bytes = readBytes(event.json);
      this.#events.push({ from, kind: "data", bytes: text === null ? bytes : text.string() });
      return;
    }
    const kind = event.name === "tcp.end" ? "end" : "reset";
    this.#events.push({ from, kind });
    this.#ended.add(from);
    this.#done = kind === "reset" || this.#ended.size === PEERS.length;
  }

  finish(): RecordedConnection {
    return {
      id: this.id,
      source: this.source,
      events: this.#events,
      ...(this.#callouts.length === 0 ? {} : { callouts: this.#callouts }),
      ...(this.#accepts === null ? {} : { upstreamAccepts: this.#accepts }),
      ...(this.#at === 0 ? {} : { at: this.#at }),
    };
  }
}
