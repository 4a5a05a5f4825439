import { execFile } from "node:child_process";
import { availableParallelism } from "node:os";
import { promisify } from "node:util";

import type { Launcher } from "./envoy/server.js";

const run = promisify(execFile);

/** What Envoy and the load generator are started with: each on a core of its own, before other programs where that is allowed. */
export async function launchers(): Promise<{ readonly server: Launcher; readonly load: Launcher }> {
  const first = (await works(["nice", "-n", "-15", "true"])) ? ["nice", "-n", "-15"] : [];
  const apart = availableParallelism() > 1 && (await works(["taskset", "-c", "0", "true"]));
  const on = (core: number) => (apart ? ["taskset", "-c", `${core}`] : []);
  return { server: [...first, ...on(0)], load: [...first, ...on(1)] };
}

async function works([program = "", ...words]: readonly string[]): Promise<boolean> {
  try {
    const { stderr } = await run(program, words);
    // Without the right to, nice says so and goes on.
    return stderr === "";
  } catch {
    return false;
  }
}
