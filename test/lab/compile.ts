import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";

import asc from "assemblyscript/asc";

import { repository } from "./repository.js";

const CACHE = join(repository, ".cache", "lab-modules");

/**
 * Compiles a filter, as a project does that extends the SDK's asconfig.json, and gives the module's path. It is compiled again
 * only when its folder's sources, the SDK, the compiler or the options have changed. The SDK's transform has to be built.
 *
 * @param entry a TypeScript source, from the repository's root
 */
export async function compileFilter(entry: string, options: readonly string[] = []): Promise<string> {
  const folder = dirname(join(repository, entry));
  const hash = createHash("sha256").update(JSON.stringify([entry, options]));
  for (const source of [...(await sources(folder)), ...(await sdkSources())]) {
    hash.update(relative(repository, source)).update(await readFile(source));
  }
  const output = join(CACHE, `${basename(entry, ".ts")}.${hash.digest("hex").slice(0, 16)}.wasm`);
  if (await exists(output)) return output;

  let wasm: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    [
      entry,
      ...["--config", "sdk/asconfig.json", "--baseDir", repository, "--outFile", "filter.wasm"],
      ...options,
    ],
    {
      readFile: (name, directory) => readFile(resolve(directory, name), "utf8").catch(() => null),
      writeFile: (name, contents) => {
        if (name === "filter.wasm") wasm = new Uint8Array(contents as Uint8Array);
      },
      listFiles: () => [],
    },
  );
  if (error !== null || wasm === undefined)
    throw new Error(`${entry} does not compile:\n${stderr.toString()}`);
  await mkdir(CACHE, { recursive: true });
  await writeFile(`${output}.${process.pid}`, wasm);
  await rename(`${output}.${process.pid}`, output);
  return output;
}

async function sdkSources(): Promise<string[]> {
  const sdk = join(repository, "sdk");
  const top = (await readdir(sdk)).filter((name) => name.endsWith(".ts") || name === "asconfig.json");
  return [
    ...top.map((name) => join(sdk, name)),
    ...(await sources(join(sdk, "assembly"))),
    join(sdk, "dist", "transform.js"),
    join(repository, "node_modules", "assemblyscript", "package.json"),
  ];
}

async function sources(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true });
  return entries
    .filter((name) => name.endsWith(".ts"))
    .sort()
    .map((name) => join(folder, name));
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );
