import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { installEnvoy } from "../../conformance/envoy/install.mjs";

import {
  bootstrap,
  discoveryResponse,
  extensionFile,
  extensionResource,
  listenerResource,
  listenersFile,
} from "./bootstrap.js";
import { dynamicPlugins, type EnvoyDescription, type Listener, type WasmPlugin } from "./description.js";
import {
  type LogMessage,
  parseLog,
  type RunningProcess,
  startProcess,
  until,
} from "as-proxy-wasm-sim/real-envoy";
import { peakResidentBytes, residentBytes } from "./resident-memory.js";

const UPDATE_TIMEOUT_MS = 15_000;

/** What Envoy made of an update: a rejected one leaves everything as it was. */
export type UpdateOutcome = "accepted" | "rejected";

/** Envoy ended before it served; `messages` say why. */
export class EnvoyRefusedError extends Error {
  readonly #messages: readonly LogMessage[];
  override readonly name = "EnvoyRefusedError";
  constructor(
    readonly exitCode: number | null,
    messages: readonly LogMessage[],
  ) {
    const errors = messages.filter(({ level }) => level === "error" || level === "critical");
    super(`Envoy refused its configuration:\n${errors.map(({ text }) => text).join("\n")}`);
    this.#messages = messages;
  }

  /** Everything it logged. Private inside, so that printing the error does not print them all. */
  get messages(): readonly LogMessage[] {
    return this.#messages;
  }
}

/** Starts an Envoy 1.40, installed on first use, and waits until it serves. Its owner has to `stop` it. */
export async function startEnvoy(description: EnvoyDescription): Promise<Envoy> {
  const binary = await installEnvoy();
  const folder = await mkdtemp(join(tmpdir(), "lab-"));
  try {
    const { listeners } = description;
    if (description.dynamicListeners)
      await replaceFile(listenersFile(folder), listenersOf(1, listeners, folder));
    for (const plugin of dynamicPlugins(listeners))
      await replaceFile(
        extensionFile(folder, plugin.name),
        discoveryResponse(1, [extensionResource(plugin)]),
      );

    const process = await startProcess(binary, bootstrap(description, folder), folder, {
      wasmLogLevel: description.wasmLogLevel ?? "info",
      concurrency: description.concurrency ?? 1,
      ...(description.drainSeconds === undefined ? {} : { drainSeconds: description.drainSeconds }),
      // A listener that comes from a file may be rejected, and Envoy serves all the same.
      listeners: description.dynamicListeners ? [] : listeners.map(({ name }) => name),
    });
    if (process.kind === "refused") throw new EnvoyRefusedError(process.exitCode, parseLog(process.log));
    return new Envoy(process, folder);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** An Envoy that serves. */
export class Envoy {
  #version = 1;

  constructor(
    private readonly process: RunningProcess,
    private readonly folder: string,
  ) {}

  get pid(): number {
    return this.process.pid;
  }

  /** Where a listener listens. */
  port(listener: string): number {
    return this.process.port(listener);
  }

  /** GET of an admin path, e.g. `/config_dump`. */
  admin(path: string): Promise<string> {
    return this.process.admin(path);
  }

  /** POST of an admin path, e.g. `/drain_listeners?graceful`. */
  adminPost(path: string): Promise<string> {
    return this.process.adminPost(path);
  }

  /** Whether the process ended by itself. */
  crashed(): boolean {
    return this.process.crashed();
  }

  /** Everything logged until now. */
  log(): LogMessage[] {
    return parseLog(this.process.log());
  }

  /** The first message that satisfies `wanted`, waited for; null when none comes. */
  async waitForLog(wanted: (message: LogMessage) => boolean, timeoutMs = 5_000): Promise<LogMessage | null> {
    return until(() => this.log().find(wanted) ?? null, timeoutMs);
  }

  /** Counters and gauges whose name starts with `prefix`; a plugin's own start with `wasmcustom.`. */
  async stats(prefix = ""): Promise<Map<string, number>> {
    const stats = new Map<string, number>();
    for (const line of (await this.admin("/stats")).split("\n")) {
      const match = /^(.+): (\d+)$/.exec(line);
      if (match?.[1]?.startsWith(prefix)) stats.set(match[1], Number(match[2]));
    }
    return stats;
  }

  /** The resident memory of the process, in bytes (Linux). */
  residentBytes(): Promise<number> {
    return residentBytes(this.pid);
  }

  /** The most it ever was. */
  peakResidentBytes(): Promise<number> {
    return peakResidentBytes(this.pid);
  }

  /** Replaces the listeners of a description with `dynamicListeners`. New ones get new ports. */
  async updateListeners(listeners: readonly Listener[]): Promise<UpdateOutcome> {
    const outcome = await this.#update("listener_manager.lds.", () =>
      replaceFile(listenersFile(this.folder), listenersOf(++this.#version, listeners, this.folder)),
    );
    await this.process.refreshPorts();
    return outcome;
  }

  /** Replaces a `DynamicPlugin` by another of the same name. */
  async updateExtension(plugin: WasmPlugin): Promise<UpdateOutcome> {
    return this.#update(`extension_config_discovery.http_filter.${plugin.name}.`, () =>
      replaceFile(
        extensionFile(this.folder, plugin.name),
        discoveryResponse(++this.#version, [extensionResource(plugin)]),
      ),
    );
  }

  /** SIGTERM; then everything that was logged. */
  async stop(): Promise<LogMessage[]> {
    const log = await this.process.stop();
    await rm(this.folder, { recursive: true, force: true });
    return parseLog(log);
  }

  async #update(prefix: string, write: () => Promise<void>): Promise<UpdateOutcome> {
    const count = async () => {
      const stats = await this.stats(prefix);
      const of = (name: string) => stats.get(prefix + name) ?? 0;
      return { accepted: of("update_success"), rejected: of("update_rejected") + of("update_failure") };
    };
    const before = await count();
    await write();
    const outcome = await until(async () => {
      const now = await count();
      if (now.rejected > before.rejected) return "rejected";
      return now.accepted > before.accepted ? "accepted" : null;
    }, UPDATE_TIMEOUT_MS);
    if (outcome === null) throw new Error(`Envoy did not take notice of an update (${prefix})`);
    return outcome;
  }
}

function listenersOf(version: number, listeners: readonly Listener[], folder: string): string {
  return discoveryResponse(
    version,
    listeners.map((listener) => listenerResource(listener, folder)),
  );
}

/** As Envoy wants it: the whole new file is moved onto the old one. */
async function replaceFile(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}
