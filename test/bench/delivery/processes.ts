import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

/** What one whole process cost, from its start to its end. */
export interface Run {
  readonly seconds: number;
  /** The most memory it had resident, as far as looking every few milliseconds shows. */
  readonly peakBytes: number;
}

/** Runs a program to its end; one that fails ends the benchmark with what it said. */
export async function timed(command: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Run> {
  const [program = "", ...args] = command;
  const start = performance.now();
  const child = spawn(program, args, {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, ...environment },
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  let peakBytes = 0;
  const look = setInterval(() => (peakBytes = Math.max(peakBytes, highWater(child.pid!))), 20);
  // "exit", not "close": the time is the process's own.
  const code = await new Promise<number | null>((ended, failed) =>
    child.once("exit", ended).once("error", failed),
  );
  const seconds = (performance.now() - start) / 1000;
  clearInterval(look);
  if (code !== 0) throw new Error(`${command.join(" ")} ended with ${code}: ${said.trim()}`);
  return { seconds, peakBytes };
}

/** `VmHWM`, which only grows: the last look is the best one. */
function highWater(pid: number): number {
  try {
    const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return Number(found?.[1] ?? 0) * 1024;
  } catch {
    // It has just ended.
    return 0;
  }
}
