import vm from "node:vm";
import { CallbackTimeoutError } from "../errors.js";

/**
 * Runs something that may never return. V8 can stop a script after a time, also inside wasm; what was stopped must
 * not be entered again. It costs about 0.1 ms, so it guards whole replays, not single calls.
 */
export function runWithDeadline<Result>(milliseconds: number, run: () => Result): Result {
  let outcome: { readonly value: Result } | null = null;
  const context = vm.createContext({
    run: () => {
      outcome = { value: run() };
    },
  });
  try {
    script.runInContext(context, { timeout: milliseconds });
  } catch (error) {
    // The error comes from the script's own realm: it is no instance of our Error.
    const { code } = error as { readonly code?: unknown };
    throw code === "ERR_SCRIPT_EXECUTION_TIMEOUT" ? new CallbackTimeoutError(milliseconds) : error;
  }
  if (outcome === null) throw new Error("the script did not run");
  return (outcome as { readonly value: Result }).value;
}

const script = new vm.Script("run()");
