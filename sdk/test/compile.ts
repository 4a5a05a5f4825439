import { type ASUtil, type Imports, instantiateSync } from "@assemblyscript/loader";
import asc from "assemblyscript/asc";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** What the compiler made of a source. */
export interface Compiled {
  /** Null when the compiler refused. */
  readonly wasm: Uint8Array<ArrayBuffer> | null;
  /** What the compiler printed: diagnostics with their code frames. */
  readonly output: string;
}

const repository = fileURLToPath(new URL("../..", import.meta.url));

/** Compiles a source with the SDK's asconfig.json, as a filter project does that extends it. */
export async function compile(source: string, options: readonly string[] = []): Promise<Compiled> {
  let wasm: Uint8Array<ArrayBuffer> | null = null;
  const { error, stderr } = await asc.main(
    [
      "filter.ts",
      "--config",
      "sdk/asconfig.json",
      "--outFile",
      "filter.wasm",
      "--baseDir",
      repository,
      ...options,
    ],
    {
      readFile: (name: string, directory: string) =>
        name === "filter.ts" ? source : readFile(path.resolve(directory, name), "utf8").catch(() => null),
      writeFile: (name: string, contents: string | Uint8Array) => {
        if (name === "filter.wasm") wasm = new Uint8Array(contents as Uint8Array);
      },
      listFiles: () => [],
    },
  );
  return { wasm: error === null ? wasm : null, output: stderr.toString() };
}

/** Compiles a source that must be good. */
export async function compileModule(
  source: string,
  options: readonly string[] = [],
): Promise<WebAssembly.Module> {
  const { wasm, output } = await compile(source, options);
  if (wasm === null) throw new Error(output);
  return new WebAssembly.Module(wasm);
}

/**
 * A module's exports with what the loader adds: `__newString`, `__getString`, `__newArray`, `__getUint8Array`, … An object stays
 * where it is until `__collect` is called.
 */
export type Guest = Record<string, (...args: number[]) => number> &
  ASUtil & {
    /** Copies bytes into a new `Uint8Array` of the guest. */
    newBytes(bytes: Uint8Array): number;
  };

/** Host functions for a module that needs some; they get the instance they serve. */
export type Host = Record<string, (guest: Guest, ...args: number[]) => number>;

/**
 * An instance of a module made of parts of the SDK, whose own exports stay because it has no filter. Unless `host` has more, it
 * calls the host only to say why it traps.
 */
export async function instantiate(source: string, host: Host = {}): Promise<Guest> {
  const module = await compileModule(
    `import "as-proxy-wasm-sdk/assembly/abi/abort";\n${source}\nexport const UINT8_ARRAY = idof<Uint8Array>();`,
    ["--exportRuntime", "--optimizeLevel", "1", "--shrinkLevel", "0"],
  );
  const env: Imports["env"] & Record<"proxy_log", unknown> = {
    proxy_log(_level: number, text: number, size: number): number {
      throw new Error(Buffer.from(guest.memory!.buffer, text, size).toString());
    },
  };
  for (const [name, serve] of Object.entries(host))
    Object.assign(env, { [name]: (...args: number[]) => serve(guest, ...args) });
  const { exports } = instantiateSync<Record<string, unknown>>(module, { env });
  const guest = exports as Guest;
  guest["_initialize"]!();
  const bytesId = Number(guest["UINT8_ARRAY"]);
  guest.newBytes = (bytes) => guest.__newArray(bytesId, bytes);
  return guest;
}
