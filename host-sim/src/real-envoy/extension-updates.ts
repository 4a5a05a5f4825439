import { join } from "node:path";

import type { DeployedPlugin } from "./bootstrap.js";
import { discoveryResponse, replaceFile, untilDecided } from "./file-update.js";
import { discoveredFilter } from "./plugin-resources.js";
import type { RunningProcess } from "./process.js";

/** Where the configuration of a plugin is that comes by itself. */
export const extensionPath = (folder: string, name: string) =>
  join(folder, `${encodeURIComponent(name)}.extension.json`);

/** Configurations of HTTP filters that come from files of their own (ECDS). */
export class ExtensionUpdates {
  #version = 1;

  constructor(private readonly folder: string) {}

  async write(plugin: DeployedPlugin): Promise<void> {
    await replaceFile(
      extensionPath(this.folder, plugin.config.name),
      discoveryResponse(this.#version++, [discoveredFilter(plugin)]),
    );
  }

  update(plugin: DeployedPlugin, envoy: RunningProcess): Promise<"accepted" | "rejected"> {
    const prefix = `extension_config_discovery.http_filter.${plugin.config.name}.`;
    return untilDecided(envoy, prefix, () => this.write(plugin));
  }
}
