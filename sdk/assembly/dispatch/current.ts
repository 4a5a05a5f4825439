// Which plugin the running callback belongs to.

import { Plugin } from "../plugin";

let plugin: Plugin | null = null;

export function currentPlugin(): Plugin {
  return assert(plugin, "plugin() works in a callback of a filter that was registered with a plugin");
}

export function setCurrentPlugin(value: Plugin | null): void {
  plugin = value;
}
