import type { EventsSince } from "../envoy/event-log.js";
import type { RecordedConnection } from "../recording/recorded-connection.js";
import type { ConnectionExchange } from "../tcp/connection-exchange.js";
import type { ConnectionEnd } from "./connection-run.js";
import { noEvents } from "./exchange.js";

/** Null for an end: the process is no more, and nothing of what it did while it broke is told. */
export function connectionExchange(
  connection: RecordedConnection,
  end: ConnectionEnd | null,
  events: EventsSince,
  cluster: string | null,
  unusedCallouts: ConnectionExchange["unusedCallouts"] = [],
): ConnectionExchange {
  if (end === null) {
    const outcome = { kind: "crashed", explanation: "The Envoy process ended." } as const;
    const silent = { upstream: null, downstream: new Uint8Array() };
    return { connection, outcome, cluster: null, ...silent, ...noEvents, unusedCallouts };
  }
  return { connection, ...end, cluster, ...events, unusedCallouts };
}
