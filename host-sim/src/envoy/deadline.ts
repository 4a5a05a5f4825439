import vm from "node:vm";
import { CallbackTimeoutError } from "../errors.js";

/**
 * Runs something that may never return. V8 can stop a script after a time, also inside wasm; what was stopped must
 * not be entered again. It costs a fraction of a millisecond, so it guards whole replays, not single calls. Infinity guards nothing.
 */
export function runWithDeadline(
  milliseconds: number,
  run: () => void,
  about: {
    /** More time, which no message tells of: several things run one after the other. */
    readonly graceMs?: number;
    /** Names the call that did not come back. */
    readonly call?: () => string | undefined;
  } = {},
): void {
  if (milliseconds === Infinity) return run();
  running.push(run);
  try {
    script.runInContext(context, { timeout: milliseconds + (about.graceMs ?? 0) });
  } catch (error) {
    // The error comes from the script's own realm: it is no instance of our Error.
    const { code } = error as { readonly code?: unknown };
    throw code === "ERR_SCRIPT_EXECUTION_TIMEOUT"
      ? new CallbackTimeoutError(milliseconds, about.call?.())
      : error;
  } finally {
    running.pop();
  }
}

/**
 * What the script runs, the innermost last. In an array, not a property: V8 takes a function in a property for a constant, and what
 * was optimised for it keeps everything alive that it reaches, which made replays a third slower.
 */
const running: (() => void)[] = [];

/** Made once: a new context costs more than a millisecond. */
const context = vm.createContext({ running });
const script = new vm.Script("running[running.length - 1]()");
