import type { RootContext } from "./root-context.js";
import type { EnvoyThread } from "./thread.js";
import type { LoadedPlugin, MissingPlugin, ThreadPlugin } from "./thread-plugin.js";

/**
 * The plugins of a new listener while Envoy reads it, one after the other: each starts on the main thread as soon as its own
 * canary has accepted it, and on the workers a moment later, whatever the verdict about those behind it (the case
 * updates/several of test/conformance).
 */
export class ListenerUpdate {
  readonly #loaded: (LoadedPlugin | MissingPlugin)[] = [];
  readonly #onMain: ThreadPlugin[] = [];
  readonly #main: EnvoyThread;
  readonly #workers: readonly EnvoyThread[];
  readonly #mainBefore: ReadonlySet<RootContext>;

  constructor([main, ...workers]: readonly [EnvoyThread, ...EnvoyThread[]]) {
    this.#main = main;
    this.#workers = workers;
    this.#mainBefore = main.roots;
  }

  add(plugin: LoadedPlugin | MissingPlugin): void {
    this.#loaded.push(plugin);
    this.#onMain.push(this.#main.startForUpdate(plugin));
  }

  /** New streams get these plugins. Gives what is to do when those before have drained. */
  accept(): () => void {
    const beforeOnMain = this.#main.adopt(this.#onMain);
    const before = this.#workers.map((worker) => [worker, worker.adopt(this.#startOn(worker))] as const);
    return () => {
      for (const [worker, chain] of before) worker.drain(chain);
      this.#main.drain(beforeOnMain);
    };
  }

  /** The workers start what the main thread has started, and end it like the main thread. */
  refuse(): void {
    this.#main.discard(this.#onMain, this.#mainBefore);
    for (const worker of this.#workers) {
      const before = worker.roots;
      worker.discard(this.#startOn(worker), before);
    }
  }

  #startOn(worker: EnvoyThread): ThreadPlugin[] {
    return this.#loaded.map((plugin) => worker.startForUpdate(plugin));
  }
}
