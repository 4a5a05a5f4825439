/**
 * Runs a command line in this process, with a terminal that remembers what was printed. What `--json` prints, or writes with
 * `--output`, has to be as the published schemas say.
 */
import { readFileSync } from "node:fs";
import { loadCommands } from "../commands/index.js";
import type { ExitCode } from "../command.js";
import { runProgram } from "../program.js";
import type { Terminal } from "../terminal.js";
import { checkOutput, outputSchema } from "./output-schema.js";

export interface CommandResult {
  readonly exitCode: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandSettings {
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly interactive?: boolean;
  /** Where moving lines go; nobody looks unless given. */
  readonly progress?: (lines: readonly string[]) => void;
  /** What the person at the terminal answers to which question; there is none unless given. */
  readonly answers?: Readonly<Record<string, string>>;
}

export async function runCommand(
  argv: readonly string[],
  settings: CommandSettings = {},
): Promise<CommandResult> {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const terminal: Terminal = {
    out: (text) => void stdout.push(`${text}\n`),
    note: (text) => void stderr.push(`${text}\n`),
    json: (value) => void stdout.push(`${JSON.stringify(value)}\n`),
    style: (_, text) => text,
    interactive: settings.interactive ?? false,
    columns: 100,
    progress: settings.progress ?? null,
    ask: settings.answers === undefined ? null : async (question) => settings.answers?.[question] ?? "",
    readInput: async () => settings.input ?? "",
    environment: settings.environment ?? {},
  };
  const meta = { name: "as-proxy-wasm", version: "0.0.0", summary: "summary", epilogue: "epilogue" };
  const exitCode = await runProgram(meta, await loadCommands(argv[0]), argv, terminal);
  checkJson(argv, exitCode, stdout.join(""));
  return { exitCode, stdout: stdout.join(""), stderr: stderr.join("") };
}

function checkJson(argv: readonly string[], exitCode: ExitCode, stdout: string): void {
  const schema = outputSchema(argv);
  if (schema === null) return;
  const file = argv[argv.indexOf("--output") + 1];
  const isFile = argv.includes("--output") && argv[0] !== "explore";
  // What ended in the middle has printed no whole document.
  if (isFile && file !== undefined && exitCode === 0) checkOutput(schema, readFileSync(file, "utf8"));
  else if (stdout.trimEnd().endsWith("}")) checkOutput(schema, stdout);
}
