import { open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** What Envoy says of a stream or a connection at its end. */
export interface AccessLogEntry {
  /** Response code details; null: it gave none. */
  readonly details: string | null;
  readonly cluster: string | null;
}

/** Envoy writes a line a millisecond after the end; on a busy machine somewhat later. */
const TIMEOUT_MS = 200;

/** A file that Envoy appends to, read line by line. */
export class AccessLogFile {
  #position = 0;
  #unread = "";

  constructor(private readonly path: string) {}

  /** The next line; null when none comes, as for a connection that brought no request. */
  async next(): Promise<AccessLogEntry | null> {
    const deadline = Date.now() + TIMEOUT_MS;
    for (;;) {
      await this.#read();
      const end = this.#unread.indexOf("\n");
      if (end !== -1) {
        const line = this.#unread.slice(0, end);
        this.#unread = this.#unread.slice(end + 1);
        return entryOf(line);
      }
      if (Date.now() > deadline) return null;
      await sleep(1);
    }
  }

  async #read(): Promise<void> {
    const file = await open(this.path, "r");
    try {
      const chunk = Buffer.alloc(4096);
      for (;;) {
        const { bytesRead } = await file.read(chunk, 0, chunk.length, this.#position);
        if (bytesRead === 0) return;
        this.#position += bytesRead;
        this.#unread += chunk.toString("latin1", 0, bytesRead);
      }
    } finally {
      await file.close();
    }
  }
}

/** The details of a plugin may hold anything but blanks (abi.md 8.4); the cluster stands behind the last one. */
function entryOf(line: string): AccessLogEntry {
  const blank = line.lastIndexOf(" ");
  const known = (word: string) => (word === "-" || word === "" ? null : word);
  return { details: known(line.slice(0, blank)), cluster: known(line.slice(blank + 1)) };
}
