import type { Outcome } from "../http/exchange.js";
import { type ConfiguredPlugins, inStartOrder } from "./configured-plugins.js";
import type { ThreadName } from "./event-log.js";
import type { ProcessServices } from "./plugin-host.js";
import { EnvoyThread } from "./thread.js";
import type { Dispatcher, Timeline } from "./timeline.js";

/** The main thread and the workers of a process, and what takes the place of one that did not survive. */
export class Threads {
  #main: EnvoyThread;
  readonly #workers: EnvoyThread[] = [];

  constructor(
    private readonly plugins: ConfiguredPlugins,
    private readonly timeline: Timeline,
    private readonly services: ProcessServices,
    private readonly warn: (sentence: string) => void,
  ) {
    this.#main = new EnvoyThread("main", timeline, services);
    timeline.onEvent(() => {
      for (const worker of this.#workers) timeline.as(worker.dispatcher, () => worker.progress());
    });
  }

  get main(): EnvoyThread {
    return this.#main;
  }

  get workers(): readonly EnvoyThread[] {
    return this.#workers;
  }

  /** The main thread first. */
  get all(): readonly [EnvoyThread, ...EnvoyThread[]] {
    return [this.#main, ...this.#workers];
  }

  /** Whose events a dispatcher runs; undefined: none's. */
  withDispatcher(dispatcher: Dispatcher | null): EnvoyThread | undefined {
    return this.all.find((thread) => thread.dispatcher === dispatcher);
  }

  addWorker(): void {
    this.#workers.push(this.#start(`worker-${this.#workers.length}`));
  }

  /** After something that a real Envoy could not have gone through, what comes next gets fresh VMs. */
  replaceBroken(after: string): void {
    const replacement = (thread: EnvoyThread): EnvoyThread => {
      this.warn(
        `${thread.name} was started anew after ${after}, which it did not survive: what its filters had kept in memory is gone.`,
      );
      return this.#start(thread.name);
    };
    if (this.#main.broken) this.#main = replacement(this.#main);
    for (const [index, worker] of this.#workers.entries())
      if (worker.broken) this.#workers[index] = replacement(worker);
  }

  #start(name: ThreadName): EnvoyThread {
    const { plugins } = this;
    const thread = new EnvoyThread(name, this.timeline, this.services);
    for (const config of inStartOrder(plugins.chain)) thread.add(plugins.running(config));
    thread.arrange(plugins.chain);
    if (name === "main")
      for (const config of plugins.singletons) thread.addSingleton(plugins.accepted(config));
    this.warnOfAbsentPlugins(thread);
    return thread;
  }

  /** What only the canary can prevent: Envoy serves without a plugin that fails later, whatever its failure policy. */
  warnOfAbsentPlugins(thread: EnvoyThread): void {
    for (const name of thread.absentPlugins)
      this.warn(
        `Plugin "${name}" started in the canary and failed on ${thread.name}: Envoy lets every stream there pass without it.`,
      );
  }

  /** SIGTERM: the workers' plugins are told, then the main thread's, the singletons last. */
  shutDown(): void {
    const stopped: Outcome = {
      kind: "reset",
      explanation: "Envoy was stopped while the stream was in flight.",
    };
    for (const thread of [...this.#workers, this.#main]) {
      thread.abort(stopped);
      thread.shutDown();
    }
    const { singletons, trials } = this.plugins;
    trials.keepOnly(singletons);
    for (let left = singletons; left.length > 0; trials.keepOnly(left)) left = this.#main.shutDownSingleton();
  }
}
