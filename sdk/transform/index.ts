import { type Parser, type Program, SourceKind } from "assemblyscript";
import type { Binaryen, BinaryenModule } from "./binaryen-module.js";
import { chooseExports } from "./analysis.js";
import { checkIdleFunctions, dropIdleFunctions } from "./idle-functions.js";
import { makeVariablesLazy } from "./lazy-variables.js";
import { guardLogCalls } from "./log-guard.js";
import { EXPORTS_PATH, findSdk, SDK_PATH } from "./program.js";
import { dropRuntimeAssertions, RUNTIME_PATH } from "./runtime-assertions.js";
import { takeTarget, type Target } from "./target.js";
import { dropUnusedData } from "./unused-data.js";

/** Makes a proxy-wasm module of an AssemblyScript program; docs/decisions/0002-small-modules.md says how. */
export default class ProxyWasmTransform {
  /** Set by the compiler. */
  declare readonly binaryen: Binaryen;
  /** Set by the compiler. */
  declare readonly program: Program;

  private target: Target = "envoy";

  afterParse(parser: Parser): void {
    this.target = takeTarget(this.program);
    for (const source of parser.sources) {
      if (!source.isLibrary) guardLogCalls(source);
      if (source.internalPath.startsWith(`${SDK_PATH}/`)) makeVariablesLazy(source);
      if (source.internalPath.startsWith(RUNTIME_PATH)) dropRuntimeAssertions(source);
      // A file is a source of exports when it is an entry.
      if (source.internalPath.startsWith(EXPORTS_PATH)) source.sourceKind = SourceKind.UserEntry;
    }
  }

  afterInitialize(program: Program): void {
    const sdk = findSdk(program);
    if (sdk === null) return;
    chooseExports(program, sdk, this.target);
    checkIdleFunctions(program);
  }

  afterCompile(module: BinaryenModule): void {
    dropIdleFunctions(this.binaryen, module);
    dropUnusedData(module);
  }
}
