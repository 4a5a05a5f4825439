import { type BootstrapOptions, type DeployedPlugin, listenersFile } from "./bootstrap.js";
import { replaceFile, untilDecided } from "./file-update.js";
import type { RunningProcess } from "./process.js";

/** The listeners of a running Envoy that come from a file (LDS). */
export class ListenerUpdates {
  #version = 1;

  constructor(
    private readonly options: BootstrapOptions,
    private readonly path: string,
  ) {}

  /** The first version, before Envoy starts. */
  async write(plugins: readonly DeployedPlugin[] = this.options.plugins): Promise<void> {
    await replaceFile(this.path, listenersFile({ ...this.options, plugins }, this.#version++));
  }

  update(plugins: readonly DeployedPlugin[], envoy: RunningProcess): Promise<"accepted" | "rejected"> {
    return untilDecided(envoy, "listener_manager.lds.", () => this.write(plugins));
  }
}
