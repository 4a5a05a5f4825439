import type { Exchange, Outcome } from "../http/exchange.js";
import type { RecordedConnection } from "../recording/recorded-connection.js";
import type {
  RecordedAdvance,
  RecordedItem,
  RecordedStanding,
  RecordedUpdate,
} from "../recording/recording.js";
import type { RecordedStream } from "../recording/recorded-stream.js";
import type { ConnectionExchange } from "../tcp/connection-exchange.js";
import type { EventsSince } from "./event-log.js";

/** What `replayAll` gives for an item of a recording. */
export type Replayed<Item extends RecordedItem> = Item extends RecordedStream
  ? Exchange
  : Item extends RecordedConnection
    ? ConnectionExchange
    : Item extends RecordedAdvance
      ? ReplayedAdvance
      : Item extends RecordedUpdate
        ? ReplayedUpdate
        : Item extends RecordedStanding
          ? ReplayedStanding
          : never;

/** Anything that `replayAll` gives: `"stream" in it` tells an `Exchange`, `"connection"`, `"advance"`, `"update"` and `"standing"` the rest. */
export type ReplayedItem = Replayed<RecordedItem>;

/** What happened while time passed. */
export interface ReplayedAdvance extends EventsSince {
  readonly advance: RecordedAdvance;
  readonly outcome: ProcessOutcome;
}

/** What became of a new version of the listener. */
export interface ReplayedUpdate extends EventsSince {
  readonly update: RecordedUpdate;
  readonly outcome: { readonly kind: "accepted" | "rejected" } | ProcessFailure;
}

/** From now on its answer stands. */
export interface ReplayedStanding {
  readonly standing: RecordedStanding["standing"];
}

export type ProcessOutcome = { readonly kind: "completed" } | ProcessFailure;

/** What a plugin does outside of any stream can end a real Envoy, or be nothing that is simulated. */
export type ProcessFailure = Extract<Outcome, { kind: "crashed" | "failed" }>;
