// Contexts come and go (abi.md 4.1, 4.2, 7.1). The first four exports are always there; the others when something needs them.

import { reserve } from "../../abi/arena";
import { SHARED_INSTANCE, USES_GRPC, USES_HTTP_CALLS } from "../../context/build";
import { dropCallsOf } from "../../callout/pending-calls";
import { contexts, State } from "../../context/contexts";
import { begin, beginAt, setCreating } from "../../context/current";
import { Phase, setPhase } from "../../context/phase";
import { StreamContext } from "../../context/stream-context";
import { endGrpcOfStream } from "../../grpc/answer";
import { dropGrpcOf } from "../../grpc/pending-grpc";
import { NetworkFilter } from "../../network/network-filter";
import { Plugin } from "../../plugin/plugin";
import { leave } from "../leave";
import { findRegistration, isShared, sharedFilter } from "../registry";

export function proxy_abi_version_0_2_1(): void {}

export function proxy_on_memory_allocate(size: usize): usize {
  return reserve(size);
}

export function proxy_on_context_create(id: u32, parentId: u32): void {
  // A root is remembered at its start, when its root id can be read.
  if (SHARED_INSTANCE || parentId == 0) return;
  const table = contexts();
  const slot = table.find(parentId);
  // Its start failed: the host will not call its streams either.
  if (slot < 0) return;
  setPhase(Phase.Constructor);
  const plugin = table.ownerAt(slot) as Plugin;
  setCreating(plugin);
  const stream = plugin._streamContext();
  setCreating(null);
  stream.contextId = id;
  table.add(id, stream, stream instanceof NetworkFilter ? State.Connection : 0);
  leave();
}

export function proxy_on_vm_start(id: u32, configurationSize: usize): bool {
  const good = SHARED_INSTANCE ? isShared() : start(id);
  leave();
  return good;
}

/** Makes the plugin of a root. */
function start(id: u32): bool {
  const registration = findRegistration();
  if (registration === null) return false;
  setPhase(Phase.Constructor);
  const plugin = registration.start();
  plugin.contextId = id;
  contexts().add(id, plugin, State.Root);
  return true;
}

export function proxy_on_log(id: u32): void {
  if (SHARED_INSTANCE) {
    begin(Phase.Log);
    sharedFilter().onLog();
    return leave();
  }
  const owner = contexts().ownerAt(beginAt(id, Phase.Log));
  owner.contextId = id;
  owner.onLog();
  leave();
}

export function proxy_on_done(id: u32): bool {
  const slot = beginAt(id, Phase.Done);
  const owner = contexts().ownerAt(slot);
  let goes: bool = true;
  if (contexts().has(slot, State.Root)) {
    goes = (owner as Plugin).onDone();
  } else {
    owner.contextId = id;
    // What the host is told of a stream does not matter to it.
    (owner as StreamContext).onDone();
  }
  leave();
  return goes;
}

export function proxy_on_delete(id: u32): void {
  const table = contexts();
  const slot = table.find(id);
  if (slot >= 0) {
    const owner = table.ownerAt(slot);
    const isPlugin = table.has(slot, State.Root);
    table.remove(id);
    // Nothing that a plugin asked for is answered any more.
    if (isPlugin && USES_HTTP_CALLS) dropCallsOf(owner);
    if (isPlugin && USES_GRPC) dropGrpcOf(owner);
    if (!isPlugin && USES_GRPC) endGrpcOfStream(id);
  }
  leave();
}
