import { SourceKind, type Parser, type Program } from "assemblyscript";
import { chooseExports } from "./analysis.js";
import { guardLogCalls } from "./log-guard.js";
import { findSdk, SDK_PATH } from "./program.js";
import { exportRuntimeCounter } from "./runtime-counter.js";

/** What the compiler hands over after compiling: the module as Binaryen holds it, not yet optimised. */
interface BinaryenModule {
  getFunction(name: string): number;
  removeFunction(name: string): void;
  addFunction(name: string, params: number, results: number, locals: number[], body: number): number;
  nop(): number;
}

/** Makes a proxy-wasm module of an AssemblyScript program; docs/decisions/0002-small-modules.md says how. */
export default class ProxyWasmTransform {
  afterParse(parser: Parser): void {
    for (const source of parser.sources) {
      if (!source.isLibrary) guardLogCalls(source);
      // A file is a source of exports when it is an entry.
      if (source.internalPath === `${SDK_PATH}/assembly/dispatch/exports`)
        source.sourceKind = SourceKind.UserEntry;
    }
    exportRuntimeCounter(parser);
  }

  afterInitialize(program: Program): void {
    const sdk = findSdk(program);
    if (sdk !== null) chooseExports(program, sdk);
  }

  afterCompile(module: unknown): void {
    dropIdleRuntime(module as BinaryenModule);
  }
}

/** A module that allocates no objects needs neither the allocator nor the collector. */
function dropIdleRuntime(module: BinaryenModule): void {
  if (module.getFunction("~lib/rt/tcms/__new") !== 0) return;
  const none = 0;
  for (const name of ["allocator/startAllocator", "collector/collectBetweenCallbacks"]) {
    const internalName = `${SDK_PATH}/assembly/abi/${name}`;
    if (module.getFunction(internalName) === 0) continue;
    module.removeFunction(internalName);
    module.addFunction(internalName, none, none, [], module.nop());
  }
}
