import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { MissingToolError } from "./missing-tool.js";

const run = promisify(execFile);

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What to say when the program is not there. */
  readonly missing: string;
}

/** Runs a build tool to its end and gives what it printed. */
export async function command(
  program: string,
  words: readonly string[],
  options: CommandOptions,
): Promise<string> {
  try {
    const { stdout } = await run(program, words, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      maxBuffer: 1 << 26,
    });
    return stdout.trim();
  } catch (error) {
    const failure = error as NodeJS.ErrnoException & { stdout?: string; stderr?: string };
    if (failure.code === "ENOENT") throw new MissingToolError(options.missing, { cause: error });
    throw new Error(`${program} ${words.join(" ")} failed:\n${failure.stdout ?? ""}${failure.stderr ?? ""}`, {
      cause: error,
    });
  }
}
