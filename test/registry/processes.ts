import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

/** Something has to be installed first; the message is one sentence that says what. */
export class MissingTool extends Error {}

const running = new Set<ChildProcess>();

/** A program that goes on until it is stopped; `output` is the end of what it printed. */
export interface Server {
  readonly child: ChildProcess;
  output: string;
}

/** Starts a server. It is stopped by `stopAll` at the latest. */
export function start(command: string, args: readonly string[], options: SpawnOptions = {}): Server {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
  const server: Server = { child, output: "" };
  for (const stream of [child.stdout, child.stderr]) {
    stream
      ?.setEncoding("utf8")
      .on("data", (text: string) => (server.output = (server.output + text).slice(-20_000)));
  }
  running.add(child);
  child.once("close", () => running.delete(child));
  child.once("error", (error) => {
    running.delete(child);
    server.output += error.message;
  });
  return server;
}

/** Ends one server by its process id and waits until it is gone. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, "close");
  child.kill("SIGTERM");
  const hard = setTimeout(() => child.kill("SIGKILL"), 5000);
  await closed;
  clearTimeout(hard);
}

export async function stopAll(): Promise<void> {
  await Promise.all([...running].map(stop));
}

export interface RunOptions {
  readonly input?: string;
  /** The exit code that is right; 0 unless given. */
  readonly expect?: number;
  readonly cwd?: string;
  /** Added to this process's own. */
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs a program to its end. Rejects with what it printed unless it exits with the expected code. */
export async function run(
  command: string,
  args: readonly string[],
  { input, expect = 0, cwd, env }: RunOptions = {},
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const child = spawn(command, args, {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, ...env },
    ...(cwd === undefined ? {} : { cwd }),
  });
  running.add(child);
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  // A program may end without reading its input; its exit code tells.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  try {
    const [code] = (await once(child, "close")) as [number | null];
    if (code !== expect) {
      const said = `${stdout}${stderr}`.trim().split("\n").slice(-12).join("\n");
      throw new Error(`${[command, ...args].join(" ")}: exit code ${code} in place of ${expect}\n${said}`);
    }
    return { stdout, stderr };
  } finally {
    running.delete(child);
  }
}

/** Waits until an action does not throw; the last reason is the error. */
export async function eventually<T>(
  action: () => Promise<T>,
  { within = 10_000, server }: { readonly within?: number; readonly server?: Server } = {},
): Promise<T> {
  const end = Date.now() + within;
  for (;;) {
    try {
      return await action();
    } catch (error) {
      const gone = server !== undefined && server.child.exitCode !== null;
      if (gone || Date.now() > end) {
        const said = server === undefined ? "" : `\n${server.output.slice(-2000)}`;
        throw new Error(`${(error as Error).message}${said}`, { cause: error });
      }
      await sleep(50);
    }
  }
}
