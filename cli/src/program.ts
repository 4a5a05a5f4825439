/** Commander wrapped around our commands: parsing, help and the one place where errors become sentences. */
import { Command as Parser, CommanderError, Option as ParserOption } from "commander";
import type { Argument, Command, ExitCode, Option } from "./command.js";
import { exitCodeOf, sentence } from "./errors.js";
import { printable, type Terminal } from "./terminal.js";

export interface ProgramMeta {
  readonly name: string;
  readonly version: string;
  readonly summary: string;
  /** Lines under the list of commands. */
  readonly epilogue: string;
}

/** Runs one command line; never throws, never exits the process. */
export async function runProgram(
  meta: ProgramMeta,
  commands: readonly Command[],
  argv: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  const root = configure(new Parser(meta.name), terminal)
    .description(meta.summary)
    .version(meta.version, "-v, --version", "print the version")
    .addHelpText("after", `\n${meta.epilogue}`);
  for (const command of commands) {
    const verb = addVerb(root, command, terminal);
    verb.action(async (...values: unknown[]) => {
      const input: Record<string, unknown> = { ...verb.opts<Record<string, unknown>>() };
      for (const name of Object.keys(command.options)) input[name] ??= defaultOf(command.options[name]!);
      Object.keys(command.arguments).forEach((name, index) => (input[name] = values[index]));
      exitCode = await command.run(input as never, terminal);
    });
  }
  try {
    if (argv.length === 0) {
      terminal.note(root.helpInformation() + `\n${meta.epilogue}`);
      return 2;
    }
    await root.parseAsync([...argv], { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    terminal.note(`error: ${printable(sentence(error))}`);
    if (terminal.environment["AS_PROXY_WASM_DEBUG"] && error instanceof Error)
      terminal.note(error.stack ?? "");
    return exitCodeOf(error);
  }
}

function configure(parser: Parser, terminal: Terminal): Parser {
  return parser
    .exitOverride()
    .showSuggestionAfterError(true)
    .configureHelp({
      helpWidth: Math.min(terminal.columns, 110),
      // Every verb has options; to say so at each takes the room of what it does.
      subcommandTerm: (verb) =>
        [
          verb.name(),
          ...verb.registeredArguments.map((one) => (one.required ? `<${one.name()}>` : `[${one.name()}]`)),
        ].join(" "),
    })
    .helpOption("-h, --help", "print this help")
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.note(text.trimEnd()),
      outputError: (text, write) => write(usageSentence(parser, text)),
    });
}

/** Commander's two lines (`error: …` and `(Did you mean …?)`) as one sentence that ends in what to do. */
function usageSentence(parser: Parser, text: string): string {
  const line = printable(text.trim().replaceAll(/\s*\n\s*/g, " "));
  if (line.includes("(Did you mean")) return line;
  return `${line.replace(/\.$/, "")}; run ${fullName(parser)} --help for what there is`;
}

function fullName(parser: Parser): string {
  return parser.parent === null ? parser.name() : `${fullName(parser.parent)} ${parser.name()}`;
}

/** First words that several verbs share. */
const groups: Readonly<Record<string, string>> = {
  manifest: "print the configuration that runs a pushed image in Istio, Envoy Gateway or Envoy",
};

function addVerb(root: Parser, command: Command, terminal: Terminal): Parser {
  const words = command.name.split(" ");
  let parent = root;
  for (const word of words.slice(0, -1)) {
    parent =
      parent.commands.find((known) => known.name() === word) ??
      configure(parent.command(word), terminal).description(groups[word] ?? "");
  }
  const verb = configure(parent.command(words.at(-1) ?? command.name), terminal).description(command.summary);
  for (const [name, argument] of Object.entries(command.arguments)) {
    verb.argument(argumentSyntax(name, argument), argument.summary);
  }
  for (const [name, option] of Object.entries(command.options)) verb.addOption(parserOption(name, option));
  return verb;
}

function argumentSyntax(name: string, argument: Argument<unknown>): string {
  return { required: `<${name}>`, optional: `[${name}]`, many: `[${name}...]` }[argument.arity];
}

function parserOption(name: string, option: Option<unknown>): ParserOption {
  const long = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const flags = `${option.short === undefined ? "" : `-${option.short}, `}--${long}`;
  if (option.placeholder === undefined) return negatable(new ParserOption(flags, option.summary), name);
  const parsed = new ParserOption(`${flags} <${option.placeholder}>`, option.summary);
  return option.repeatable
    ? parsed.argParser((text: string, before: readonly string[] | undefined) => [...(before ?? []), text])
    : parsed;
}

/** `--no-…` is an ordinary flag here: commander would set `…` to true behind the command's back. */
function negatable(option: ParserOption, name: string): ParserOption {
  option.negate = false;
  option.attributeName = () => name;
  return option;
}

function defaultOf(option: Option<unknown>): unknown {
  if (option.repeatable) return [];
  return option.placeholder === undefined ? false : undefined;
}
