import { rename, writeFile } from "node:fs/promises";

import { SimulatorError } from "../errors.js";
import { type BootstrapOptions, type DeployedPlugin, listenersFile } from "./bootstrap.js";
import type { RunningProcess } from "./process.js";
import { until } from "./until.js";

const TIMEOUT_MS = 15_000;

/** The listeners of a running Envoy that come from a file (LDS). */
export class ListenerUpdates {
  #version = 1;

  constructor(
    private readonly options: BootstrapOptions,
    private readonly path: string,
  ) {}

  /** The first version, before Envoy starts. */
  async write(plugins: readonly DeployedPlugin[] = this.options.plugins): Promise<void> {
    // Envoy reads it again when a whole new file is moved onto the old one.
    await writeFile(`${this.path}.new`, listenersFile({ ...this.options, plugins }, this.#version++));
    await rename(`${this.path}.new`, this.path);
  }

  async update(plugins: readonly DeployedPlugin[], envoy: RunningProcess): Promise<"accepted" | "rejected"> {
    const before = await counts(envoy);
    await this.write(plugins);
    const outcome = await until(async () => {
      const now = await counts(envoy);
      if (now.rejected > before.rejected) return "rejected";
      return now.accepted > before.accepted ? "accepted" : null;
    }, TIMEOUT_MS);
    if (outcome !== null) return outcome;
    throw new SimulatorError(
      "ERR_ENVOY_PROCESS",
      `Envoy took no notice of an update within ${TIMEOUT_MS / 1000} s.`,
      "Look at whether the machine is overloaded; then try again.",
    );
  }
}

async function counts(envoy: RunningProcess): Promise<{ accepted: number; rejected: number }> {
  const stats = await envoy.admin("/stats?filter=%5Elistener_manager%5C.lds%5C.update_");
  const of = (name: string) => Number(new RegExp(`update_${name}: (\\d+)`).exec(stats)?.[1] ?? 0);
  return { accepted: of("success"), rejected: of("rejected") + of("failure") };
}
