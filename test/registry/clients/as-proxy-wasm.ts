import { join } from "node:path";
import { execPath } from "node:process";
import { repository } from "../../lab/index.js";
import { run, type RunOptions } from "../processes.js";
import { environment, type Place } from "../registries/place.js";

/** The command line's entry, for Node. */
export const program = join(repository, "cli", "dist", "main.js");

/** Runs the command line as users do. */
export const asProxyWasm = (args: readonly string[], options: RunOptions = {}) =>
  run(execPath, [program, ...args], options);

/** What a verb prints with `--json`. */
export async function asProxyWasmJson<T>(args: readonly string[], options: RunOptions = {}): Promise<T> {
  return JSON.parse((await asProxyWasm([...args, "--json"], options)).stdout) as T;
}

/** The options that let a verb into a registry. */
export function access(place: Place): { readonly flags: readonly string[]; readonly options: RunOptions } {
  return {
    flags: place.ca === undefined ? ["--plain-http"] : ["--ca-file", place.ca],
    options: { env: environment(place) },
  };
}
