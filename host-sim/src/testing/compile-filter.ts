import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";
import { separateDebugInformation } from "../source/debug-information.js";

const prelude = readFileSync(new URL("../../test-filters/assembly/prelude.ts", import.meta.url), "utf8");
const cache = fileURLToPath(new URL("../../../.cache/test-filters/", import.meta.url));

/**
 * Compiles a test filter from AssemblyScript text; the words of `test-filters/assembly/prelude.ts` stand in front of
 * it. Compiled modules are kept by the hash of their text.
 */
export async function compileFilter(source: string, options: readonly string[] = []): Promise<Uint8Array> {
  const text = prelude + source;
  const key = createHash("sha256")
    .update(JSON.stringify([asc.version, text, options]))
    .digest("hex")
    .slice(0, 32);
  const file = path.join(cache, `${key}.wasm`);
  try {
    return readFileSync(file);
  } catch {
    const code = await compile(text, options);
    mkdirSync(cache, { recursive: true });
    const temporary = `${file}.${process.pid}`;
    writeFileSync(temporary, code);
    renameSync(temporary, file);
    return code;
  }
}

/** The same with its source map, both as `as-proxy-wasm build` makes them; not kept. Lines count from the text's own first. */
export async function compileWithMap(source: string): Promise<{ code: Uint8Array; sourceMap: string }> {
  const files = new Map<string, string | Uint8Array>();
  const { error, stderr } = await asc.main([...commandLine, "--debug", "--sourceMap"], {
    // One line each: nothing stands in front of the first.
    readFile: (name) =>
      name === "filter.ts" ? prelude.replaceAll(/\/\/.*$/gm, "").replaceAll("\n", " ") + source : null,
    writeFile: (name, contents) => void files.set(name, contents),
    listFiles: () => [],
  });
  const wasm = files.get("filter.wasm");
  if (error !== null || !(wasm instanceof Uint8Array))
    throw new Error(`the test filter does not compile:\n${stderr.toString()}`);
  const { wasm: code, sourceMap } = separateDebugInformation(wasm, String(files.get("filter.wasm.map")), "");
  return { code, sourceMap };
}

const commandLine = [
  "filter.ts",
  ...["-o", "filter.wasm"],
  "-O",
  ...["--runtime", "stub"],
  ...["--use", "abort="],
  ...["--exportStart", "_initialize"],
];

async function compile(text: string, options: readonly string[]): Promise<Uint8Array> {
  let code: Uint8Array | null = null;
  const { error, stderr } = await asc.main([...commandLine, ...options], {
    readFile: (name) => (name === "filter.ts" ? text : null),
    writeFile: (name, contents) => {
      if (name === "filter.wasm" && typeof contents !== "string") code = contents;
    },
    listFiles: () => [],
  });
  if (error !== null || code === null)
    throw new Error(`the test filter does not compile:\n${stderr.toString()}`);
  return code;
}
