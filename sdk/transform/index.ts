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
    dropIdleCollector(module as BinaryenModule);
  }
}

/** In a module that allocates no objects the collector has nothing to collect. */
function dropIdleCollector(module: BinaryenModule): void {
  const collector = `${SDK_PATH}/assembly/abi/collector/collectBetweenCallbacks`;
  if (module.getFunction("~lib/rt/tcms/__new") !== 0 || module.getFunction(collector) === 0) return;
  const none = 0;
  module.removeFunction(collector);
  module.addFunction(collector, none, none, [], module.nop());
}
