/** Files appear whole or not at all: written beside their place, then renamed over it. */
import { mkdir, open, rename, rm } from "node:fs/promises";
import { closeSync, mkdirSync, openSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const unfinished = new Set<string>();

/** A path for something half-made, next to where it will stand (a rename works within one file system only). */
export function temporaryBeside(path: string): string {
  const temporary = `${path}.${process.pid}-${unfinished.size}.tmp`;
  unfinished.add(temporary);
  return temporary;
}

/** Puts a finished file or folder in its place; what stood there goes. */
export async function finish(temporary: string, path: string): Promise<void> {
  try {
    await rename(temporary, path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
    await rm(path, { recursive: true, force: true });
    await rename(temporary, path);
  }
  unfinished.delete(temporary);
}

export async function replaceFile(path: string, bytes: Uint8Array | string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = temporaryBeside(path);
  try {
    const file = await open(temporary, "wx");
    try {
      await file.writeFile(bytes);
    } finally {
      await file.close();
    }
    await finish(temporary, path);
  } catch (error) {
    throw about(path, error);
  }
}

/** Node names the temporary file, and none where a write fails; whoever reads of it knows the file by its own name. */
function about(path: string, error: unknown): unknown {
  return error instanceof Error ? Object.assign(error, { path }) : error;
}

/** A file that grows and takes its place when it is finished. */
export class ReplacementFile {
  readonly #temporary: string;
  readonly #file: number;
  #buffer: string[] = [];
  #buffered = 0;

  constructor(private readonly path: string) {
    mkdirSync(dirname(path), { recursive: true });
    this.#temporary = temporaryBeside(path);
    this.#file = openSync(this.#temporary, "wx");
  }

  write(text: string): void {
    this.#buffer.push(text);
    this.#buffered += text.length;
    if (this.#buffered > 256 * 1024) this.#flush();
  }

  async finish(): Promise<void> {
    this.#flush();
    closeSync(this.#file);
    await finish(this.#temporary, this.path);
  }

  #flush(): void {
    try {
      writeFileSync(this.#file, this.#buffer.join(""));
    } catch (error) {
      throw about(this.path, error);
    }
    this.#buffer = [];
    this.#buffered = 0;
  }
}

/** Removes everything half-made, at once: called on the way out. */
export function discardUnfinished(): void {
  for (const path of unfinished) rmSync(path, { recursive: true, force: true });
  unfinished.clear();
}
