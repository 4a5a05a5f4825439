/** What travels between two places: drawn on a terminal while it does, counted for the result. */
import type { CopyOptions, CopyOutcome, Descriptor, Fetcher } from "oras-js";
import { size, type Terminal } from "../terminal.js";

/** One piece of content that is in its place, and how it came there. */
export interface Moved {
  readonly digest: string;
  readonly mediaType: string;
  readonly size: number;
  readonly outcome: CopyOutcome;
}

// Ten times a second is as often as a person can read.
const redrawMs = 100;

/** Watches one `copy`, or what is fetched. `word` is what a person calls it: sent, copied, fetched. */
export class Transfer implements Pick<CopyOptions, "onProgress" | "onCopied"> {
  readonly moved: Moved[] = [];
  readonly #terminal: Terminal;
  readonly #underway = new Map<string, { readonly descriptor: Descriptor; bytes: number }>();
  readonly #words: Readonly<Record<CopyOutcome, string>>;
  #drawnAt = 0;

  constructor(terminal: Terminal, word: "sent" | "copied" | "fetched") {
    this.#terminal = terminal;
    this.#words = { copied: word, existed: "there", mounted: "mounted" };
  }

  readonly onProgress = (descriptor: Descriptor, bytes: number): void => {
    const { progress } = this.#terminal;
    if (progress === null) return;
    this.#underway.set(descriptor.digest, { descriptor, bytes });
    const now = performance.now();
    if (now - this.#drawnAt < redrawMs) return;
    this.#drawnAt = now;
    progress([...this.#underway.values()].map(line));
  };

  readonly onCopied = (descriptor: Descriptor, outcome: CopyOutcome): void => {
    const { digest, mediaType, size: bytes } = descriptor;
    this.moved.push({ digest, mediaType, size: bytes, outcome });
    this.#underway.delete(digest);
    const { progress } = this.#terminal;
    if (progress === null) return;
    progress([]);
    this.#terminal.note(`${this.#words[outcome].padEnd(7)} ${digest}  ${size(bytes)}`);
  };

  /** The same source, watched. */
  watch(source: Fetcher): Fetcher {
    const { onProgress, onCopied } = this;
    return {
      async fetch(descriptor, options) {
        const bytes = await source.fetch(descriptor, options);
        return (async function* () {
          let count = 0;
          for await (const chunk of bytes) {
            count += chunk.byteLength;
            onProgress(descriptor, count);
            yield chunk;
          }
          onCopied(descriptor, "copied");
        })();
      },
    };
  }

  /** How many pieces came in which way. */
  count(outcome: CopyOutcome): number {
    return this.moved.filter((piece) => piece.outcome === outcome).length;
  }
}

/** `sha256:0123456789ab  12.3 MB of 500.0 MB   2 %` */
function line({ descriptor, bytes }: { readonly descriptor: Descriptor; readonly bytes: number }): string {
  const percent = descriptor.size === 0 ? 100 : Math.floor((bytes / descriptor.size) * 100);
  return `        ${descriptor.digest.slice(0, 19)}  ${size(bytes)} of ${size(descriptor.size)}  ${percent} %`;
}
