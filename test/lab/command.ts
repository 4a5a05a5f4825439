import { stderr } from "node:process";
import { parseArgs } from "node:util";

import { EnvoyInstallError } from "../conformance/envoy/install.mjs";

/** What the runs against a real Envoy can be told. */
export interface RunOptions {
  /** Only what has one of these in its name; undefined: all. */
  readonly only: readonly string[] | undefined;
  /** Writes the checked-in table anew. */
  readonly update: boolean;
}

/** Runs a command line; gives the exit code: 0 everything is right, 1 something is not, 2 usage. */
export async function runCommand(
  args: readonly string[],
  usage: string,
  run: (options: RunOptions) => Promise<number>,
): Promise<number> {
  const options = readOptions(args, usage);
  if (options === null) return 2;
  try {
    return await run(options);
  } catch (error) {
    if (!(error instanceof EnvoyInstallError)) throw error;
    stderr.write(`${error.message}\n`);
    return 1;
  }
}

function readOptions(args: readonly string[], usage: string): RunOptions | null {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { only: { type: "string", multiple: true }, update: { type: "boolean", default: false } },
    });
    return { only: values.only, update: values.update };
  } catch (error) {
    stderr.write(`${(error as Error).message}\n\n${usage}`);
    return null;
  }
}
