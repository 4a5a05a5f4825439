import { SourceKind, type Parser, type Program } from "assemblyscript";
import { chooseExports } from "./analysis.js";
import { dropIdleRuntime } from "./idle-runtime.js";
import { guardLogCalls } from "./log-guard.js";
import { EXPORTS_PATH, findSdk } from "./program.js";

/** Makes a proxy-wasm module of an AssemblyScript program; docs/decisions/0002-small-modules.md says how. */
export default class ProxyWasmTransform {
  afterParse(parser: Parser): void {
    for (const source of parser.sources) {
      if (!source.isLibrary) guardLogCalls(source);
      // A file is a source of exports when it is an entry.
      if (source.internalPath.startsWith(EXPORTS_PATH)) source.sourceKind = SourceKind.UserEntry;
    }
  }

  afterInitialize(program: Program): void {
    const sdk = findSdk(program);
    if (sdk !== null) chooseExports(program, sdk);
  }

  afterCompile(module: unknown): void {
    dropIdleRuntime(module);
  }
}
