import { StreamType } from "../abi/status";
import { closeStream, continueStream } from "../abi/stream";
import { contexts, State } from "../context/contexts";
import { calledId, enterFor, restore, slotInEffect } from "../context/current";
import { Failure, fail, succeeded } from "../context/failure";
import { Phase, phase } from "../context/phase";
import { StreamContext } from "../context/stream-context";
import { setTcpCluster } from "../foreign/filter-state";
import { ClosedBy, NetworkAction } from "./actions";
import { StreamData } from "./stream-data";

/**
 * One TCP connection passing the filter (abi.md 9). Override what you need: only overridden callbacks are exported.
 *
 * A class without fields whose objects nobody keeps is one object for all connections; any other gets one for every connection.
 */
export abstract class NetworkFilter extends StreamContext {
  /**
   * A client has connected. With `StopIteration` nothing goes on until data has arrived, so that these can choose the cluster: that needs
   * `max_early_data_bytes` and `upstream_connect_mode: ON_DOWNSTREAM_DATA` at Envoy's tcp_proxy.
   */
  onNewConnection(): NetworkAction {
    return NetworkAction.Continue;
  }

  /** Bytes from the client. `endOfStream`: it sends no more; **what is held then is never sent**. */
  onDownstreamData(data: StreamData, endOfStream: bool): NetworkAction {
    return NetworkAction.Continue;
  }

  /** Bytes from the upstream. `endOfStream`: it sends no more. */
  onUpstreamData(data: StreamData, endOfStream: bool): NetworkAction {
    return NetworkAction.Continue;
  }

  /** The connection to the client is closed. */
  onDownstreamClose(by: ClosedBy): void {}

  /** The upstream has sent its last byte. Envoy does not say who closed: `by` is always `Unknown`. */
  onUpstreamClose(by: ClosedBy): void {}

  /**
   * Lets what the client sent go on that an earlier callback holds by having returned a stop. Call it from a later callback, such as an answer to a
   * callout. False, and `lastFailure()` says why: nothing is held.
   */
  resumeDownstream(): bool {
    if (phase >= Phase.NewConnection && phase <= Phase.DownstreamData && this.contextId == calledId)
      return fail(Failure.OwnCallback);
    const before = enterFor(this);
    if (before < 0) return false;
    const slot = slotInEffect();
    const good =
      ((slot >= 0 && contexts().has(slot, State.RequestHeld)) || fail(Failure.NotHeld)) &&
      succeeded(continueStream(StreamType.Downstream));
    if (good) contexts().clear(slot, State.RequestHeld);
    restore(before);
    return good;
  }

  /** Closes the connection to the client, when what is on its way to it has been sent. False: it is closed already. */
  closeDownstream(): bool {
    return this.close(StreamType.Downstream, State.Closed);
  }

  /** Closes the connection to the upstream. False: it is closed already. */
  closeUpstream(): bool {
    return this.close(StreamType.Upstream, State.UpstreamClosed);
  }

  /**
   * Chooses the cluster that Envoy's tcp_proxy connects this client to. It works until tcp_proxy has connected: see `onNewConnection` for
   * choosing by what the client sends. False, and `lastFailure()` says why.
   */
  setTcpCluster(cluster: string): bool {
    const before = enterFor(this);
    if (before < 0) return false;
    const good = setTcpCluster(cluster);
    restore(before);
    return good;
  }

  private close(stream: StreamType, closed: State): bool {
    const before = enterFor(this);
    if (before < 0) return false;
    const slot = slotInEffect();
    let good = slot >= 0 || fail(Failure.NotCreatedYet);
    if (good && contexts().has(slot, closed)) good = fail(Failure.AlreadyClosed);
    if (good) good = succeeded(closeStream(stream));
    if (good) contexts().set(slot, closed);
    restore(before);
    return good;
  }
}
