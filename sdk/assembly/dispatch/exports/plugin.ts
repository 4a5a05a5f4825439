// What the host calls on a plugin (abi.md 4.2, 7.1, 7.3).

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

export function proxy_on_tick(id: u32): void {
  enter(id, Phase.Tick)._tick();
  leave();
}

export function proxy_on_queue_ready(id: u32, token: u32): void {
  enter(id, Phase.QueueReady).onQueueReady(SharedQueue.ofToken(token));
  leave();
}

export function proxy_on_foreign_function(id: u32, functionId: u32, argumentSize: u32): void {
  enter(id, Phase.ForeignFunction).onForeignFunction(functionId, argumentSize);
  leave();
}

function enter(id: u32, phase: Phase): Plugin {
  return contexts().ownerAt(beginAt(id, phase)) as Plugin;
}
