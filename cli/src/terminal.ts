/** Where a command prints: results on stdout, everything else on stderr, colour only where a person looks. */
import { createRequire } from "node:module";
import { usageError } from "./errors.js";

export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

export type Echo = "shown" | "hidden";

export interface Terminal {
  /** A result. Ends with a newline of its own. */
  out(text: string): void;
  /** Anything else: progress, warnings, what comes next. */
  note(text: string): void;
  /** A result for machines. */
  json(value: unknown): void;
  /** Colours a piece of a result, where stdout is a terminal. */
  style(style: Style, text: string): string;
  /** Whether a person looks at stdout right now. */
  readonly interactive: boolean;
  /** Columns that a line may use; generous where nobody looks. */
  readonly columns: number;
  /** Draws lines on stderr in the place of those drawn before; none take them away. Null where nobody looks there. */
  readonly progress: ((lines: readonly string[]) => void) | null;
  /** Asks the person at the terminal; null where there is none. What is typed `hidden` shows nowhere. */
  readonly ask: ((question: string, echo: Echo) => Promise<string>) | null;
  /** Everything on stdin, for secrets that must not stand in the process list. */
  readInput(): Promise<string>;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const { stdout, stderr, stdin, env } = process;
  const coloured = wantsColour(env, stdout.isTTY === true);
  const lines = stderr.isTTY === true && env["TERM"] !== "dumb" ? new MovingLines(stderr) : null;
  // A closed pipe (`… | head`) ends the output, not the program with a stack trace.
  stdout.on("error", () => process.exit(0));
  return {
    out: (text) => {
      lines?.draw([]);
      stdout.write(`${text}\n`);
    },
    note: (text) => {
      lines?.draw([]);
      stderr.write(`${text}\n`);
    },
    json: (value) => void stdout.write(`${JSON.stringify(value, null, 2)}\n`),
    style: (style, text) => (coloured ? util().styleText(style, text, { validateStream: false }) : text),
    interactive: stdout.isTTY === true,
    columns: stdout.isTTY ? Math.max(60, stdout.columns) : 120,
    progress: lines === null ? null : (text) => lines.draw(text),
    ask: stdin.isTTY === true && stderr.isTTY === true ? (question, echo) => ask(question, echo) : null,
    readInput: async () => {
      const pieces: Buffer[] = [];
      for await (const piece of stdin) pieces.push(Buffer.from(piece as Uint8Array));
      return Buffer.concat(pieces).toString("utf8");
    },
    environment: env,
  };
}

/** An `import` of it would read each of its exports, and load for them what no verb needs. */
function util(): typeof import("node:util") {
  return createRequire(import.meta.url)("node:util") as typeof import("node:util");
}

/** Lines at the end of the output that change in their place. */
class MovingLines {
  readonly #stream: NodeJS.WriteStream;
  #drawn = 0;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  draw(lines: readonly string[]): void {
    if (this.#drawn === 0 && lines.length === 0) return;
    // A line that wraps would be two.
    const fitting = lines.map((line) => line.slice(0, Math.max(20, this.#stream.columns - 1)));
    const up = this.#drawn === 0 ? "" : `\u001b[${this.#drawn}A`;
    this.#stream.write(`${up}\r\u001b[J${fitting.map((line) => `${line}\n`).join("")}`);
    this.#drawn = lines.length;
  }
}

async function ask(question: string, echo: Echo): Promise<string> {
  const { createInterface } = await import("node:readline");
  const { Writable } = await import("node:stream");
  const { stdin, stderr } = process;
  const hidden = new Writable({ write: (_piece, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: echo === "shown" ? stderr : hidden, terminal: true });
  try {
    if (echo === "hidden") stderr.write(question);
    return await new Promise<string>((resolve, reject) => {
      // The terminal is in raw mode: what Ctrl-C means is for us to say.
      lines.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
      lines.on("close", () => reject(usageError("nothing was typed", "try again")));
      lines.question(echo === "shown" ? question : "", resolve);
    });
  } finally {
    lines.close();
    if (echo === "hidden") stderr.write("\n");
  }
}

/** https://no-color.org and https://force-color.org: an empty variable counts as unset. */
export function wantsColour(
  environment: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
): boolean {
  if (environment["NO_COLOR"]) return false;
  if (environment["FORCE_COLOR"]) return environment["FORCE_COLOR"] !== "0";
  return isTerminal && environment["TERM"] !== "dumb";
}

/**
 * Text from outside made safe to print: control characters (C0, DEL, C1) and the marks that turn the direction
 * of writing become `\xNN` or `\uNNNN`, so that a recording can neither colour, overwrite nor retitle anything.
 */
export function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what this is about
  return text.replace(
    /[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (character) => {
      const known = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }[character];
      if (known !== undefined) return known;
      const code = character.charCodeAt(0);
      return code <= 0xff ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16)}`;
    },
  );
}

/** `1.4 kB` as people read sizes; bytes stay bytes below a kilobyte. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** A duration in the unit in which it is short. */
export function duration(nanoseconds: number): string {
  if (nanoseconds < 1e6) return `${(nanoseconds / 1e3).toFixed(1)} µs`;
  if (nanoseconds < 1e9) return `${(nanoseconds / 1e6).toFixed(1)} ms`;
  return `${(nanoseconds / 1e9).toFixed(1)} s`;
}

/** Rows of cells as aligned columns, the last one ragged. */
export function table(rows: readonly (readonly string[])[], indent = "  "): string {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, cell.length)));
  return rows
    .map((row) =>
      (
        indent +
        row
          .map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd(widths[index] ?? 0)))
          .join("  ")
      ).trimEnd(),
    )
    .join("\n");
}
