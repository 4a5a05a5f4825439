/** What tells the parts of one replay from those of another: module, configuration, options, and all streams by name. */
import { createHash } from "node:crypto";
import type { RecordedItem } from "as-proxy-wasm-sim";
import type { RecordingItem } from "./recordings.js";
import type { ThreadSettings } from "./thread-messages.js";

export class ReplayFingerprint {
  readonly #hash = createHash("sha256");

  constructor({ plugin, ...options }: ThreadSettings) {
    const { trace, times, callbackTimeoutMs, onUnhandledCallout } = options;
    const { vmConfig, ...rest } = plugin;
    this.#hash.update(vmConfig.code);
    this.#hash.update(
      JSON.stringify([rest, vmConfig.configuration, trace, times, callbackTimeoutMs, onUnhandledCallout]),
    );
  }

  /** The same items; every shard reads all of them, whichever it runs. */
  async *of(items: AsyncIterable<RecordingItem>): AsyncGenerator<RecordingItem> {
    for await (const item of items) {
      if (item.kind === "item") this.#hash.update(`\n${nameOf(item.item)}`);
      yield item;
    }
  }

  /** When all have been read. */
  get hex(): string {
    return this.#hash.copy().digest("hex");
  }
}

/** What happens to the process has no id, and is small. */
function nameOf(item: RecordedItem): string {
  return "id" in item ? item.id : JSON.stringify(item);
}
