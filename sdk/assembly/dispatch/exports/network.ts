// TCP connections (abi.md 4.5, 9).

import { contexts, State } from "../../context/contexts";
import { beginAt, calledSlot } from "../../context/current";
import { Phase } from "../../context/phase";
import { ClosedBy, NetworkAction } from "../../network/actions";
import { NetworkFilter } from "../../network/network-filter";
import { downstreamData, upstreamData } from "../../network/stream-data";
import { leave } from "../leave";

export function proxy_on_new_connection(id: u32): NetworkAction {
  const action = enter(id, Phase.NewConnection).onNewConnection();
  settle(action);
  leave();
  return action;
}

export function proxy_on_downstream_data(id: u32, size: u32, endOfStream: bool): NetworkAction {
  const action = enter(id, Phase.DownstreamData).onDownstreamData(downstreamData, endOfStream);
  settle(action);
  leave();
  return action;
}

export function proxy_on_upstream_data(id: u32, size: u32, endOfStream: bool): NetworkAction {
  const action = enter(id, Phase.UpstreamData).onUpstreamData(upstreamData, endOfStream);
  leave();
  return action;
}

export function proxy_on_downstream_connection_close(id: u32, by: ClosedBy): void {
  enter(id, Phase.DownstreamClose).onDownstreamClose(by);
  leave();
}

export function proxy_on_upstream_connection_close(id: u32, by: ClosedBy): void {
  enter(id, Phase.UpstreamClose).onUpstreamClose(by);
  leave();
}

const NOT_TCP =
  "Envoy uses this root_id for TCP connections, but it is registered with registerHttpFilter, which is for HTTP";

function enter(id: u32, phase: Phase): NetworkFilter {
  const slot = beginAt(id, phase);
  assert(contexts().has(slot, State.Connection), NOT_TCP);
  const filter = contexts().ownerAt(slot) as NetworkFilter;
  // A filter without fields is one object for all connections of its plugin.
  filter.contextId = id;
  return filter;
}

function settle(action: NetworkAction): void {
  if (action == NetworkAction.Continue) contexts().clear(calledSlot, State.RequestHeld);
  else contexts().set(calledSlot, State.RequestHeld);
}
