import { rmSync } from "node:fs";

/** A process of ours that has not ended yet, and its files. */
interface Running {
  readonly kill: () => void;
  readonly folder: string;
}

const running = new Set<Running>();
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Sees to it that nothing is left when this process ends before `stop`: by Ctrl-C, an uncaught error or `process.exit`. Gives
 * what takes it back.
 */
export function endWithThisProcess(one: Running): () => void {
  if (running.size === 0) {
    process.on("exit", endAll);
    for (const signal of signals) process.on(signal, onSignal);
  }
  running.add(one);
  return () => {
    running.delete(one);
    if (running.size > 0) return;
    process.off("exit", endAll);
    for (const signal of signals) process.off(signal, onSignal);
  };
}

function endAll(): void {
  for (const { kill, folder } of running) {
    kill();
    rmSync(folder, { recursive: true, force: true });
  }
  running.clear();
}

function onSignal(signal: NodeJS.Signals): void {
  endAll();
  process.off(signal, onSignal);
  // Whoever else listens decides what the signal means; nobody else: it means what it always does.
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
}
