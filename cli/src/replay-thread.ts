/**
 * The thread in which filters run, an entry of its own: whatever they do, the main thread stays free to print, and to
 * end everything on Ctrl-C.
 */
import { parentPort, workerData } from "node:worker_threads";
import { EnvoyStartError, toText } from "as-proxy-wasm-sim";
import { type ItemOutcome, SessionRun } from "./replay/session-run.js";
import type { RunSession, ThreadError, ThreadReport, ThreadSettings } from "./replay/thread-messages.js";

const settings = workerData as ThreadSettings;

let last = Promise.resolve();
parentPort?.on("message", (message: RunSession) => (last = last.then(() => run(message))));

async function run({ index, start, items }: RunSession): Promise<void> {
  const report = (message: ThreadReport): void => parentPort?.postMessage(message);
  try {
    const session = await SessionRun.start(index, start, settings);
    report({ kind: "started", session: index });
    await reportOutcomes(session.replayAll(items), (outcomes) =>
      report({ kind: "results", session: index, outcomes }),
    );
    report({ kind: "ended", session: index, end: await session.end() });
  } catch (error) {
    report({ kind: "failed", session: index, error: threadError(error) });
  }
}

/** A message costs more than what is in it, so that several outcomes share one, but none waits for long. */
const outcomesPerMessage = 64;
const messageIntervalMs = 50;

async function reportOutcomes(
  outcomes: AsyncIterable<ItemOutcome>,
  send: (outcomes: readonly ItemOutcome[]) => void,
): Promise<void> {
  let waiting: ItemOutcome[] = [];
  let sentAt = performance.now();
  try {
    for await (const outcome of outcomes) {
      waiting.push(outcome);
      if (waiting.length < outcomesPerMessage && performance.now() - sentAt < messageIntervalMs) continue;
      send(waiting);
      waiting = [];
      sentAt = performance.now();
    }
  } finally {
    // Also before an error.
    if (waiting.length > 0) send(waiting);
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
