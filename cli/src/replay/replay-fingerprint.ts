/** What tells the parts of one replay from those of another: module, configuration, options, and all streams by name. */
import { createHash } from "node:crypto";
import type { RecordingItem } from "./recordings.js";
import type { ThreadSettings } from "./thread-messages.js";

export class ReplayFingerprint {
  readonly #hash = createHash("sha256");

  constructor({ plugin, trace, times, callbackTimeoutMs }: ThreadSettings) {
    const { vmConfig, ...rest } = plugin;
    this.#hash.update(vmConfig.code);
    this.#hash.update(JSON.stringify([rest, vmConfig.configuration, trace, times, callbackTimeoutMs]));
  }

  /** The same items; every shard reads all of them, whichever it runs. */
  async *of(items: AsyncIterable<RecordingItem>): AsyncGenerator<RecordingItem> {
    for await (const item of items) {
      if (item.kind === "stream") this.#hash.update(`\n${item.stream.id}`);
      yield item;
    }
  }

  /** When all have been read. */
  get hex(): string {
    return this.#hash.copy().digest("hex");
  }
}
