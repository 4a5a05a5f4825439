import { resolve } from "node:path";
import { CliError } from "../errors.js";

/** A filter that does not compile, with the place of the first mistake. */
export class CompileError extends CliError {
  /** Where the first message points to; null where it points nowhere. Lines and columns from 1. */
  readonly place: { readonly file: string; readonly line: number; readonly column: number } | null;

  constructor(
    /** What the compiler printed: messages with their code frames. */
    readonly diagnostics: string,
    folder: string,
    /** The files that were read until then. */
    readonly sources: readonly string[],
  ) {
    const place = /\bin (\S.*)\((\d+),(\d+)\)/.exec(diagnostics);
    super("ERR_COMPILE", `the filter does not compile\n\n${diagnostics}`, "correct the lines above");
    this.place =
      place === null
        ? null
        : { file: resolve(folder, place[1]!), line: Number(place[2]), column: Number(place[3]) };
  }
}
