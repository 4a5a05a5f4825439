/// <reference lib="dom" />
import asc from "assemblyscript/asc";
import { readFile } from "node:fs/promises";
import path from "node:path";

/** A module's instance that answers batches of inputs. A trap leaves it unusable. */
export class Guest {
  private readonly exports: {
    memory: WebAssembly.Memory;
    current: WebAssembly.Global;
    prepare(size: number): number;
    vary(count: number, seed: number): void;
    variantStart(): number;
    variantSize(): number;
    run(count: number): number;
    results(): number;
    __collect(): void;
  };

  constructor(module: WebAssembly.Module) {
    const memory = (): Buffer => Buffer.from(this.exports.memory.buffer);
    const env = {
      // Only the abort handler calls it.
      proxy_log: (_level: number, text: number, size: number): number => {
        throw new Error(memory().toString("utf8", text, text + size));
      },
      // A host without foreign functions: NotFound.
      proxy_call_foreign_function: () => 1,
    };
    const instance = new WebAssembly.Instance(module, { env });
    this.exports = instance.exports as unknown as Guest["exports"];
    (instance.exports["_initialize"] as () => void)();
  }

  /** The guest's answers; throws what the guest trapped with, and `current` is the input's place. */
  run(inputs: readonly Buffer[]): (Buffer | null)[][] {
    this.put(inputs);
    this.exports.vary(0, 0);
    const outputSize = this.exports.run(inputs.length);
    const outputStart = this.exports.results();
    const output = Buffer.from(Buffer.from(this.exports.memory.buffer, outputStart, outputSize));
    // As the SDK does between callbacks.
    this.exports.__collect();
    const outputs: (Buffer | null)[][] = [];
    for (let at = 0; at < output.length;) {
      const end = at + 4 + output.readUInt32LE(at);
      outputs.push(fields(output, at + 4, end));
      at = end;
    }
    return outputs;
  }

  /** Looks at `count` damaged variants of each input; throws what the guest trapped with, and `variant` is the one to blame. */
  runVariants(inputs: readonly Buffer[], count: number, seed: number): void {
    // Garbage stays until the guest returns: not too much at a time.
    for (let first = 0; first < inputs.length; first += 64) {
      const part = inputs.slice(first, first + 64);
      this.put(part);
      this.exports.vary(count, seed + first);
      this.exports.run(part.length);
      this.exports.__collect();
    }
  }

  private put(inputs: readonly Buffer[]): void {
    let size = 0;
    for (const input of inputs) size += 4 + input.length;
    const start = this.exports.prepare(size);
    const memory = Buffer.from(this.exports.memory.buffer);
    let at = start;
    for (const input of inputs) {
      memory.writeUInt32LE(input.length, at);
      memory.set(input, at + 4);
      at += 4 + input.length;
    }
  }

  get variant(): Buffer {
    const start = this.exports.variantStart();
    return Buffer.from(Buffer.from(this.exports.memory.buffer, start, this.exports.variantSize()));
  }

  get current(): number {
    return Number(this.exports.current.value);
  }

  get memorySize(): number {
    return this.exports.memory.buffer.byteLength;
  }
}

function fields(output: Buffer, start: number, end: number): (Buffer | null)[] {
  const list: (Buffer | null)[] = [];
  for (let at = start; at < end;) {
    const size = output.readUInt32LE(at);
    at += 4;
    if (size === 0xffff_ffff) {
      list.push(null);
    } else {
      list.push(output.subarray(at, at + size));
      at += size;
    }
  }
  return list;
}

/** Compiles an entry with the options that filters have, and with all its exports. */
export async function compile(folder: string, entry: string): Promise<WebAssembly.Module> {
  let wasm: Uint8Array<ArrayBuffer> | undefined;
  const options = [
    "--runtime",
    "minimal",
    "--exportStart",
    "_initialize",
    "--exportRuntime",
    "-O3",
    "--shrinkLevel",
    "1",
  ];
  const { error, stderr } = await asc.main(
    [
      `test/fuzz/assembly/${entry}`,
      "--outFile",
      "fuzz.wasm",
      "--baseDir",
      path.resolve(folder, "../.."),
      "--use",
      "abort=~lib/as-proxy-wasm-sdk/assembly/abi/abort/abort",
      ...options,
    ],
    {
      readFile: (name: string, directory: string) =>
        readFile(path.resolve(directory, name), "utf8").catch(() => null),
      writeFile: (name: string, contents: string | Uint8Array) => {
        if (name === "fuzz.wasm") wasm = new Uint8Array(contents as Uint8Array);
      },
      listFiles: () => [],
    },
  );
  if (error !== null || wasm === undefined) throw new Error(stderr.toString());
  return new WebAssembly.Module(wasm);
}
