import type { Program } from "assemblyscript";
import type { Binaryen, BinaryenModule } from "./binaryen-module.js";
import { SDK_PATH } from "./program.js";

/** Functions without which a program is the same as long as it has none of those they work for. */
const SERVANTS: readonly { readonly servants: readonly string[]; readonly masters: readonly string[] }[] = [
  {
    // The allocator's start and the collector work for whoever makes objects, in any of the language's runtimes.
    servants: [
      ...["allocator/startAllocator", "collector/collectBetweenCallbacks"].map(abi),
      // These make the lists of a heap that stays empty, and give back what they are given.
      ...["~lib/rt/tcms/initLazy", "~lib/rt/itcms/initLazy"],
    ],
    masters: ["~lib/rt/tcms/__new", "~lib/rt/itcms/__new", "~lib/rt/stub/__new"],
  },
  {
    // What was written matters only to who reads snapshots.
    servants: ["snapshot/noteWritten", "snapshot/noteAllWritten", "snapshot/forgetSnapshots"].map(abi),
    masters: ["snapshot/fetch", "snapshot/refetch"].map(abi),
  },
];

/**
 * Checks that the sources have the functions that are meant: one that was renamed would be taken for one that nobody needs, and its servants
 * emptied without a word. Of the language's runtimes only one is there.
 */
export function checkIdleFunctions(program: Program): void {
  const isThere = (name: string): boolean => program.elementsByName.has(name);
  for (const { servants, masters } of SERVANTS) {
    const missing = [...servants, ...masters].filter((name) => name.startsWith(SDK_PATH) && !isThere(name));
    if (missing.length > 0 || !masters.some(isThere))
      throw new Error(`the sources have no function ${missing[0] ?? masters.join(" or ")}`);
  }
}

/** Empties the functions that have nothing to do in this module; one with a result gives its argument. */
export function dropIdleFunctions(binaryen: Binaryen, module: BinaryenModule): void {
  const nothing = 0;
  for (const { servants, masters } of SERVANTS) {
    if (masters.some((name) => module.getFunction(name) !== 0)) continue;
    for (const name of servants) {
      const servant = module.getFunction(name);
      if (servant === 0) continue;
      const { params, results } = binaryen.getFunctionInfo(servant);
      module.removeFunction(name);
      const body = results === nothing ? module.nop() : module.local.get(0, results);
      module.addFunction(name, params, results, [], body);
    }
  }
}

function abi(name: string): string {
  return `${SDK_PATH}/assembly/abi/${name}`;
}
