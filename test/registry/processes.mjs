import { spawn } from "node:child_process";
import { once } from "node:events";

/** Something has to be installed first; the message is one sentence that says what. */
export class MissingTool extends Error {}

/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();

/** Starts a server; `output` collects the end of what it prints. It is stopped by `stopAll` at the latest. */
export function start(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
  const server = { child, output: "" };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => (server.output = (server.output + text).slice(-20_000)));
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
export async function stop(child) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, "close");
  child.kill("SIGTERM");
  const hard = setTimeout(() => child.kill("SIGKILL"), 5000);
  await closed;
  clearTimeout(hard);
}

export async function stopAll() {
  await Promise.all([...running].map(stop));
}

/** Runs a program to its end. Rejects with what it printed unless it exits with an expected code. */
export async function run(command, args, { input, expect = 0, ...options } = {}) {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"], ...options });
  running.add(child);
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text) => (stderr += text));
  // A program may end without reading its input; its exit code tells.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  try {
    const [code] = await once(child, "close");
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
export async function eventually(action, { within = 10_000, server } = {}) {
  const end = Date.now() + within;
  for (;;) {
    try {
      return await action();
    } catch (error) {
      const gone = server !== undefined && server.child.exitCode !== null;
      if (gone || Date.now() > end) {
        const said = server === undefined ? "" : `\n${server.output.slice(-2000)}`;
        throw new Error(`${error.message}${said}`, { cause: error });
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
