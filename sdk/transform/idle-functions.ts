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
    masters: ["snapshot/fetch"].map(abi),
  },
];

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
