import { SDK_PATH } from "./program.js";

/** What the compiler hands over after compiling: the module as Binaryen holds it, not yet optimised. */
interface BinaryenModule {
  getFunction(name: string): number;
  removeFunction(name: string): void;
  addFunction(name: string, params: number, results: number, locals: number[], body: number): number;
  nop(): number;
}

/** Where each of AssemblyScript's runtimes makes an object. */
const OBJECT_MAKERS = ["~lib/rt/tcms/__new", "~lib/rt/itcms/__new", "~lib/rt/stub/__new"];

/** The SDK's functions that only objects give something to do. */
const SERVANTS = ["allocator/startAllocator", "collector/collectBetweenCallbacks"];

/** A module that allocates no objects needs neither the allocator nor the collector. */
export function dropIdleRuntime(compiled: unknown): void {
  const module = compiled as BinaryenModule;
  if (OBJECT_MAKERS.some((name) => module.getFunction(name) !== 0)) return;
  const none = 0;
  for (const name of SERVANTS) {
    const internalName = `${SDK_PATH}/assembly/abi/${name}`;
    if (module.getFunction(internalName) === 0) continue;
    module.removeFunction(internalName);
    module.addFunction(internalName, none, none, [], module.nop());
  }
}
