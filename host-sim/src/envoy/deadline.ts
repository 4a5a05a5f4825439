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
    const isTimeout =
      error instanceof Error && "code" in error && error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT";
    throw isTimeout ? new CallbackTimeoutError(milliseconds) : error;
  }
  if (outcome === null) throw new Error("the script did not run");
  return (outcome as { readonly value: Result }).value;
}

const script = new vm.Script("run()");
