import type { EnvoyBehaviour } from "../envoy-versions.js";
import { guestFrames } from "../source/code-symbols.js";
import type { LoadedModule } from "./loaded-module.js";

/** Envoy prints at most this many frames (abi.md 3.6). */
const maximumFrames = 20;

/** What Envoy prints when a callback traps: the cause, and the guest's stack where the module has names. */
export function describeTrap(
  exportName: string,
  error: Error,
  { sections: module, shift }: Pick<LoadedModule, "sections" | "shift">,
  behaviour: EnvoyBehaviour,
): string {
  const lines = [`Function: ${exportName} failed: Uncaught ${error.name}: ${error.message}`];
  if (module.functionNames.size > 0) {
    const frames = behaviour.has("twenty-frames") ? maximumFrames : 10;
    lines.push("Proxy-Wasm plugin in-VM backtrace:");
    for (const [index, frame] of guestFrames(error.stack ?? "", shift)
      .slice(0, frames)
      .entries()) {
      const name =
        module.functionNames.get(frame.functionIndex) ?? `unknown(function_index:${frame.functionIndex})`;
      lines.push(`${String(index).padStart(3)}:  0x${frame.offset.toString(16)} - ${name}`);
    }
  }
  return lines.join("\n");
}

/** How many frames are recorded while a guest runs; those of the simulator between host call and guest count too. */
export const stackDepth = maximumFrames * 3;
