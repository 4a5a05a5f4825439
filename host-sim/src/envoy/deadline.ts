import vm from "node:vm";
import { CallbackTimeoutError } from "../errors.js";

/**
 * Runs something that may never return. V8 can stop a script after a time, also inside wasm; what was stopped must
 * not be entered again. It costs a fraction of a millisecond, so it guards whole replays, not single calls. Infinity guards nothing.
 */
export function runWithDeadline<Result>(
  milliseconds: number,
  run: () => Result,
  about: {
    /** More time, which no message tells of: several things run one after the other. */
    readonly graceMs?: number;
    /** Names the call that did not come back. */
    readonly call?: () => string | undefined;
  } = {},
): Result {
  if (milliseconds === Infinity) return run();
  let outcome: { readonly value: Result } | null = null;
  const outer = realm.run;
  realm.run = () => {
    outcome = { value: run() };
  };
  try {
    script.runInContext(context, { timeout: milliseconds + (about.graceMs ?? 0) });
  } catch (error) {
    // The error comes from the script's own realm: it is no instance of our Error.
    const { code } = error as { readonly code?: unknown };
    throw code === "ERR_SCRIPT_EXECUTION_TIMEOUT"
      ? new CallbackTimeoutError(milliseconds, about.call?.())
      : error;
  } finally {
    realm.run = outer;
  }
  if (outcome === null) throw new Error("the script did not run");
  return (outcome as { readonly value: Result }).value;
}

/** Made once: a new context costs more than a millisecond. */
const realm: { run: () => void } = { run: () => undefined };
const context = vm.createContext(realm);
const script = new vm.Script("run()");
