import type { ThreadPlugin } from "./thread-plugin.js";

/**
 * Envoy keeps a plugin in a numbered slot on every thread, gives a new one the number that has been free for the longest
 * time, and empties the slots from the last to the first when the process ends (the cases updates/extension-… of
 * test/conformance).
 */
export class ThreadLocalSlots {
  readonly #taken = new Map<ThreadPlugin, number>();
  readonly #free: number[] = [];
  #count = 0;

  take(plugin: ThreadPlugin): void {
    this.#taken.set(plugin, this.#free.shift() ?? this.#count++);
  }

  /** The plugin's next configuration takes a slot before that of the one before is free. */
  replace(plugin: ThreadPlugin): void {
    const before = this.#taken.get(plugin);
    this.take(plugin);
    if (before !== undefined) this.#free.push(before);
  }

  free(plugins: Iterable<ThreadPlugin>): void {
    for (const plugin of plugins) {
      const slot = this.#taken.get(plugin);
      if (slot !== undefined) this.#free.push(slot);
      this.#taken.delete(plugin);
    }
  }

  /** -1: no configuration has come for it. */
  of(plugin: ThreadPlugin): number {
    return this.#taken.get(plugin) ?? -1;
  }
}
