/** An event file under way: items are appended to a temporary file, which becomes the file when it is whole. */
import { once } from "node:events";
import { createWriteStream, type WriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { type RecordedItem, writeEvents } from "as-proxy-wasm-sim";
import { finish, temporaryBeside } from "../project/replace-file.js";

export class EventFile {
  #items = 0;
  #failure: Error | null = null;

  private constructor(
    readonly path: string,
    private readonly temporary: string,
    private readonly stream: WriteStream,
  ) {
    stream.on("error", (error) => (this.#failure = error));
  }

  static async create(path: string): Promise<EventFile> {
    await mkdir(dirname(path), { recursive: true });
    const temporary = temporaryBeside(path);
    const stream = createWriteStream(temporary, { flags: "wx", mode: 0o600 });
    await once(stream, "open");
    return new EventFile(path, temporary, stream);
  }

  get items(): number {
    return this.#items;
  }

  /** Resolves when more can be written without piling it up in memory. */
  async add(item: RecordedItem): Promise<void> {
    if (this.#failure !== null) throw this.#failure;
    this.#items += 1;
    if (!this.stream.write(writeEvents(item))) await once(this.stream, "drain");
  }

  /** Puts the file in its place, for whatever stood there. */
  async finish(): Promise<void> {
    this.stream.end();
    if (!this.stream.closed) await once(this.stream, "close");
    if (this.#failure !== null) throw this.#failure;
    await finish(this.temporary, this.path);
  }

  /** Leaves nothing behind. */
  async discard(): Promise<void> {
    this.stream.destroy();
    await rm(this.temporary, { force: true });
  }
}
