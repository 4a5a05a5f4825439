/** Files that a person named: read whole, within a limit, or a sentence about why not. */
import { open } from "node:fs/promises";
import { CliError } from "../errors.js";

/** Istio's limit for a module (ISTIO_WASM_MAX_BINARY_SIZE_BYTES). */
const MAX_MODULE_BYTES = 256 * 1024 * 1024;

export async function readModule(path: string, hint: string): Promise<Uint8Array> {
  let file;
  try {
    file = await open(path);
    const found = await file.stat();
    if (found.isDirectory()) throw new CliError("ERR_FILE", `${path} is a folder, not a wasm file`, hint);
    if (found.size > MAX_MODULE_BYTES) {
      throw new CliError(
        "ERR_FILE",
        `${path} has ${found.size} bytes, more than the ${MAX_MODULE_BYTES} that Istio loads`,
        hint,
      );
    }
    return await file.readFile();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new CliError("ERR_FILE", `there is no file ${path}`, hint, { cause: error });
  } finally {
    await file?.close();
  }
}
