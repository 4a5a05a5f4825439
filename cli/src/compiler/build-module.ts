import { replaceFile } from "../project/replace-file.js";
import type { Project } from "../project/project.js";
import type { Terminal } from "../terminal.js";
import { compile } from "./compile.js";

export interface BuiltModule {
  readonly file: string;
  readonly wasm: Uint8Array;
}

/** Compiles a project and writes the module and its map. Null, with the compiler's words on the terminal, when it does not compile. */
export async function buildModule(
  project: Project,
  { debug, coverage }: { readonly debug: boolean; readonly coverage: boolean },
  terminal: Terminal,
): Promise<BuiltModule | null> {
  const file = coverage ? project.coverageWasm : project.wasm;
  const compilation = await compile({
    folder: project.folder,
    entry: project.entry,
    wasm: file,
    debug,
    coverage,
    target: project.manifest.target,
    colour: terminal.style("bold", "") !== "",
  });
  if (compilation.kind === "refused") {
    terminal.note(compilation.diagnostics);
    terminal.note(`error: ${project.manifest.entry} does not compile`);
    return null;
  }
  if (compilation.warnings !== "") terminal.note(compilation.warnings);
  await replaceFile(`${file}.map`, compilation.sourceMap);
  await replaceFile(file, compilation.wasm);
  return { file, wasm: compilation.wasm };
}
