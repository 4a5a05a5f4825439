// What the host calls on a plugin (abi.md 4.2, 7.1, 7.3).

import * as buffer from "../../abi/buffer";
import * as result from "../../abi/result";
import { BufferType, Status } from "../../abi/status";
import { contexts } from "../../context/contexts";
import { beginAt } from "../../context/current";
import { Phase } from "../../context/phase";
import { pluginConfiguration } from "../../configuration/configuration";
import { Plugin } from "../../plugin/plugin";
import { SharedQueue } from "../../shared/shared-queue";
import { leave } from "../leave";

export function proxy_on_configure(id: u32, configurationSize: usize): bool {
  const accepted = enter(id, Phase.Configure).onConfigure(pluginConfiguration);
  leave();
  return accepted;
}

export function proxy_validate_configuration(id: u32, configurationSize: usize): bool {
  const valid = enter(id, Phase.Configure).onValidateConfiguration(pluginConfiguration);
  leave();
  return valid;
}

export function proxy_on_tick(id: u32): void {
  enter(id, Phase.Tick)._tick();
  leave();
}

export function proxy_on_queue_ready(id: u32, token: u32): void {
  enter(id, Phase.QueueReady).onQueueReady(SharedQueue.ofToken(token));
  leave();
}

export function proxy_on_foreign_function(id: u32, functionId: u32, argumentSize: u32): void {
  enter(id, Phase.ForeignFunction).onForeignFunction(functionId, argument());
  leave();
}

/** The argument of the foreign call that is running; empty when there is none. */
function argument(): Uint8Array {
  if (buffer.read(BufferType.CallData, 0, buffer.END) != Status.Ok) return new Uint8Array(0);
  return result.bytes();
}

function enter(id: u32, phase: Phase): Plugin {
  return contexts().ownerAt(beginAt(id, phase)) as Plugin;
}
