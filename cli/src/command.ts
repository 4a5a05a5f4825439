/**
 * A command is data: name, arguments, options and one function. Help, parsing and tests all come from this
 * one definition (program.ts); `run` calls a library and prints.
 */
import type { Terminal } from "./terminal.js";

/** A word after the verb. */
export interface Argument<Value> {
  readonly summary: string;
  readonly arity: "required" | "optional" | "many";
  readonly value?: Value;
}

/** An option; `placeholder` is absent for a flag. */
export interface Option<Value> {
  readonly summary: string;
  readonly short?: string;
  readonly placeholder?: string;
  readonly repeatable: boolean;
  readonly value?: Value;
}

type Inputs = Readonly<Record<string, Argument<unknown>>>;
type Options = Readonly<Record<string, Option<unknown>>>;

/** What `run` receives: every argument and option by its name. */
export type Input<A extends Inputs, O extends Options> = {
  readonly [Key in keyof A]: A[Key] extends Argument<infer Value> ? Value : never;
} & {
  readonly [Key in keyof O]: O[Key] extends Option<infer Value> ? Value : never;
};

export interface Command<A extends Inputs = Inputs, O extends Options = Options> {
  /** `build`, or `manifest istio` for a verb with an object. */
  readonly name: string;
  readonly summary: string;
  readonly arguments: A;
  /** Keys in camelCase become `--kebab-case`. */
  readonly options: O;
  /** Resolves when it is done; what it returns, if anything, is the exit code. */
  readonly run: (input: Input<A, O>, terminal: Terminal) => Promise<ExitCode>;
}

/** 0 done, 1 failed, 2 usage, 130 interrupted. */
export type ExitCode = 0 | 1 | 2 | 130;

/** Fixes the types of a command's inputs from its own definition. */
export function defineCommand<const A extends Inputs, const O extends Options>(
  command: Command<A, O>,
): Command<A, O> {
  return command;
}

export function required(summary: string): Argument<string> {
  return { summary, arity: "required" };
}

export function optional(summary: string): Argument<string | undefined> {
  return { summary, arity: "optional" };
}

export function many(summary: string): Argument<readonly string[]> {
  return { summary, arity: "many" };
}

export function flag(summary: string, short?: string): Option<boolean> {
  return { summary, repeatable: false, ...(short === undefined ? {} : { short }) };
}

export function value(placeholder: string, summary: string, short?: string): Option<string | undefined> {
  return { summary, placeholder, repeatable: false, ...(short === undefined ? {} : { short }) };
}

export function list(placeholder: string, summary: string): Option<readonly string[]> {
  return { summary, placeholder, repeatable: true };
}

/** The one option every verb that returns something has. */
export const json = flag("print the result as JSON on stdout");
