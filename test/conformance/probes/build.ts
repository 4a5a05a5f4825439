import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";

import asc from "assemblyscript/asc";

/** The options the probes are compiled with: nothing but their own code, nothing the ABI does not know (abi.md 1.1). */
const OPTIONS = ["-O3", "--noAssert", "--runtime", "stub", "--use", "abort=", "--exportStart", "_initialize"];

/** Compiles an AssemblyScript probe, unless the module built from the very same sources is already there. */
export async function buildProbe(
  entry: string,
  sources: readonly string[],
  output: string,
  extraOptions: readonly string[] = [],
): Promise<Uint8Array> {
  const options = [...OPTIONS, ...extraOptions];
  const hash = createHash("sha256").update(options.join(" "));
  for (const source of sources) hash.update(await readFile(source));
  const stamp = `${output}.${hash.digest("hex").slice(0, 16)}`;
  const built = await readFile(stamp).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (built !== null) return built;

  const folder = dirname(entry);
  const produced: { bytes?: Uint8Array } = {};
  const { error, stderr } = await asc.main([relative(folder, entry), ...options, "--outFile", "out.wasm"], {
    readFile: (name, base) => readFile(join(folder, base, name), "utf8").catch(() => null),
    writeFile: (_name, contents) => {
      produced.bytes = typeof contents === "string" ? Buffer.from(contents) : contents;
    },
    listFiles: () => [],
  });
  if (error !== null || produced.bytes === undefined) {
    throw new Error(
      `${basename(dirname(folder))} does not compile: ${error?.message ?? "no output"}\n${stderr.toString()}`,
    );
  }
  await mkdir(dirname(output), { recursive: true });
  await writeFile(`${stamp}.${process.pid}`, produced.bytes);
  await rename(`${stamp}.${process.pid}`, stamp);
  return produced.bytes;
}
