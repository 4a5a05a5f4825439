/** Ctrl-C in the middle of a transfer: what is under way is called off in order, and the exit code is 130. */
import type { ExitCode } from "../command.js";
import { takeInterruption } from "../interruption.js";

/** Runs with a signal that the first Ctrl-C gives; the second ends the program at once. */
export async function interruptible(run: (signal: AbortSignal) => Promise<ExitCode>): Promise<ExitCode> {
  const controller = new AbortController();
  const release = takeInterruption(() => controller.abort());
  try {
    return await run(controller.signal);
  } catch (error) {
    if (controller.signal.aborted) return 130;
    throw error;
  } finally {
    release();
  }
}
