import { parseArgs } from "node:util";
import { nearest } from "./nearest.js";
import { isTemplate, type Template, templates } from "./templates.js";

export type Request =
  | { readonly kind: "help" }
  | { readonly kind: "version" }
  | { readonly kind: "create"; readonly folder: string | undefined; readonly template: Template };

/** A mistake in the command line: one sentence, exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly code = "ERR_USAGE";
}

const options = {
  template: { type: "string", short: "t", default: "http" },
  version: { type: "boolean", short: "v" },
  help: { type: "boolean", short: "h" },
} as const;

export function parseCommandLine(argv: readonly string[]): Request {
  requireKnownOptions(argv);
  const { values, positionals } = parse(argv);
  if (values.help) return { kind: "help" };
  if (values.version) return { kind: "version" };
  if (positionals.length > 1) {
    throw new UsageError(`one folder at a time: ${positionals.join(", ")} are ${positionals.length}`);
  }
  if (positionals[0] === "") throw new UsageError("the folder's name is empty; name it, as in my-filter");
  return { kind: "create", folder: positionals[0], template: readTemplate(values.template) };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (error) {
    // Node's sentences span lines and explain shells; the first one says what is wrong.
    const first = (error as Error).message.split(/\.\s|\n/)[0]!;
    throw new UsageError(`${first}; run npm create as-proxy-wasm -- --help for what there is`);
  }
}

function readTemplate(name: string): Template {
  if (isTemplate(name)) return name;
  const known = Object.keys(templates);
  const guess = nearest(name, known);
  const advice = guess === null ? `there is: ${known.join(", ")}` : `did you mean ${guess}?`;
  throw new UsageError(`there is no template ${JSON.stringify(name)}; ${advice}`);
}

/** Before Node's own parser, because that one suggests nothing. */
function requireKnownOptions(argv: readonly string[]): void {
  const known = Object.entries(options).flatMap(([name, { short }]) => [`--${name}`, `-${short}`]);
  for (const word of argv) {
    if (word === "--") return;
    const name = /^--[^=]+|^-[^-]/.exec(word)?.[0];
    if (name === undefined || known.includes(name)) continue;
    const guess = name.startsWith("--") ? nearest(name, known) : null;
    const advice = guess === null ? `there are: ${known.join(", ")}` : `did you mean ${guess}?`;
    throw new UsageError(`there is no option ${name}; ${advice}`);
  }
}
