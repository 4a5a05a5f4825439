/**
 * The thread in which filters run, an entry of its own: whatever they do, the main thread stays free to print, and to
 * end everything on Ctrl-C.
 */
import { parentPort, workerData } from "node:worker_threads";
import { EnvoyStartError, toText } from "as-proxy-wasm-sim";
import { SessionRun } from "./replay/session-run.js";
import type { RunSession, ThreadError, ThreadReport, ThreadSettings } from "./replay/thread-messages.js";

const settings = workerData as ThreadSettings;

let last = Promise.resolve();
parentPort?.on("message", (message: RunSession) => (last = last.then(() => run(message))));

async function run({ index, start, items }: RunSession): Promise<void> {
  const report = (message: ThreadReport): void => parentPort?.postMessage(message);
  try {
    const session = await SessionRun.start(index, start, settings);
    report({ kind: "started", session: index });
    // One by one: what came before a stream that hangs has to be seen before it ends.
    for await (const outcome of session.replayAll(items))
      report({ kind: "result", session: index, ...outcome });
    report({ kind: "ended", session: index, end: await session.end() });
  } catch (error) {
    report({ kind: "failed", session: index, error: threadError(error) });
  }
}

function threadError(error: unknown): ThreadError {
  const { message, stack, code, hint } = error as Partial<Record<keyof ThreadError, string>>;
  return {
    message: message ?? String(error),
    stack: stack ?? null,
    code: code ?? null,
    hint: hint ?? null,
    startLogs:
      error instanceof EnvoyStartError
        ? error.logs.map(({ level, text }) => `${level} ${toText(text)}`)
        : null,
  };
}
