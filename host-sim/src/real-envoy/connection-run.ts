import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { fromText, toBytes } from "../byte-string.js";
import type { ConnectionEvent, RecordedConnection } from "../recording/recorded-connection.js";
import type { ConnectionOutcome } from "../tcp/connection-exchange.js";
import { untilRead } from "./client.js";
import { until } from "./until.js";
import type { UpstreamPort } from "./upstream-port.js";

/** How long what the upstream does waits for Envoy to connect. */
const CONNECTION_WAIT_MS = 500;
/** Time for an end to go through Envoy. */
const END_WAIT_MS = 200;

export interface ConnectionStage {
  /** Of the listener. */
  readonly port: number;
  readonly upstream: UpstreamPort;
  readonly patienceMs: number;
}

/** How a connection ended, seen from outside. */
export interface ConnectionEnd {
  readonly outcome: ConnectionOutcome;
  /** Null: Envoy has not connected. */
  readonly upstream: Uint8Array | null;
  readonly downstream: Uint8Array;
}

/**
 * Plays both sides of a recorded connection, each event when Envoy has read the one before. Where the events end, the
 * client ends, and then the upstream.
 */
export async function runConnection(
  connection: RecordedConnection,
  stage: ConnectionStage,
): Promise<ConnectionEnd> {
  if (connection.upstreamAccepts === false)
    return stage.upstream.refusingDuring(() => new ConnectionRun(stage).run(connection));
  return new ConnectionRun(stage).run(connection);
}

/** One end, and what came to it. */
class End {
  readonly received: Buffer[] = [];
  #sentEnd = false;
  /** The other side sends no more. */
  ended = false;
  /** It broke off. */
  broken = false;

  constructor(readonly socket: Socket) {
    socket.on("data", (bytes: Buffer) => this.received.push(bytes));
    socket.on("end", () => (this.ended = true));
    socket.on("error", () => (this.broken = true));
    socket.on("close", () => (this.ended = true));
  }

  get sentEnd(): boolean {
    return this.#sentEnd;
  }

  async perform(event: Exclude<ConnectionEvent, { kind: "wait" }>): Promise<void> {
    const { socket } = this;
    if (event.kind === "reset") {
      if (!socket.destroyed) socket.resetAndDestroy();
      return;
    }
    if (!socket.writable) return;
    if (event.kind === "end") {
      this.#sentEnd = true;
      socket.end();
      await sleep(END_WAIT_MS / 10);
      return;
    }
    socket.write(typeof event.bytes === "string" ? toBytes(fromText(event.bytes)) : event.bytes);
    await untilRead(socket);
  }
}

class ConnectionRun {
  #upstream: End | null = null;

  constructor(private readonly stage: ConnectionStage) {}

  async run({ events }: RecordedConnection): Promise<ConnectionEnd> {
    const { upstream: door, port } = this.stage;
    const before = door.handTo((socket) => this.#accept(socket));
    try {
      const client = new End(connect({ port, host: "127.0.0.1", noDelay: true, allowHalfOpen: true }));
      await once(client.socket, "connect");
      const reset = await this.#play(events, client);
      const wholeOnTheWay = await this.#end(client);
      await this.#closeAll(client);
      return {
        outcome: this.#outcome(client, reset, wholeOnTheWay),
        upstream: this.#upstream === null ? null : Buffer.concat(this.#upstream.received),
        downstream: Buffer.concat(client.received),
      };
    } finally {
      door.handTo(before);
    }
  }

  #accept(socket: Socket): void {
    if (this.#upstream === null) this.#upstream = new End(socket);
    else socket.resetAndDestroy();
  }

  /** Gives who reset the connection, if anybody did. */
  async #play(events: readonly ConnectionEvent[], client: End): Promise<string | null> {
    // What the client sends first waits in its socket until Envoy has connected.
    await until(() => this.#upstream ?? (client.ended ? client : null), END_WAIT_MS / 4);
    for (const event of events) {
      if (event.kind === "wait") {
        await sleep(event.milliseconds);
        continue;
      }
      const end = event.from === "client" ? client : await until(() => this.#upstream, CONNECTION_WAIT_MS);
      await end?.perform(event);
      if (event.kind === "reset") return event.from;
    }
    return null;
  }

  /** The ends that the recording leaves out. False: something holds them. */
  async #end(client: End): Promise<boolean> {
    if (!client.sentEnd && client.socket.writable) client.socket.end();
    const { patienceMs } = this.stage;
    const upstream = this.#upstream;
    if (upstream === null) return (await until(() => (client.ended ? true : null), patienceMs)) ?? false;
    const arrived = await until(() => (upstream.ended || client.ended ? true : null), patienceMs);
    if (upstream.socket.writable) upstream.socket.end();
    const left = arrived === null ? END_WAIT_MS : patienceMs;
    return (await until(() => (client.ended && upstream.ended ? true : null), left)) ?? false;
  }

  async #closeAll(client: End): Promise<void> {
    for (const end of [client, this.#upstream]) {
      if (end === null || end.socket.closed) continue;
      const closed = once(end.socket, "close");
      end.socket.destroy();
      await closed;
    }
  }

  #outcome(client: End, reset: string | null, whole: boolean): ConnectionOutcome {
    if (reset !== null) return { kind: "closed", explanation: `The ${reset} reset the connection.` };
    if (!whole) return { kind: "stalled", explanation: "Nothing more came, and the client gave up." };
    const upstream = this.#upstream;
    if (upstream === null || client.broken || upstream.broken)
      return { kind: "closed", explanation: "Envoy closed the connection." };
    return { kind: "completed" };
  }
}
