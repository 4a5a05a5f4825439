// What MOSN looks for under other names, or calls in another way (docs/mosn.md). In a module for MOSN these stand in place of the
// exports of the same name; no other module has them.

import { reserve } from "../../abi/arena";
import { contexts } from "../../context/contexts";
import { proxy_on_vm_start as startVm } from "./lifecycle";
import { proxy_on_configure as configure } from "./plugin";

export function proxy_abi_version_0_1_0(): void {}

export function malloc(size: usize): usize {
  return reserve(size);
}

/** MOSN announces the configuration as a second start of the same root. */
export function proxy_on_vm_start(id: u32, configurationSize: usize): bool {
  return contexts().find(id) < 0 ? startVm(id, configurationSize) : configure(id, configurationSize);
}
