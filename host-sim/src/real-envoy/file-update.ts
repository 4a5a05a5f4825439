import { rename, writeFile } from "node:fs/promises";

import { SimulatorError } from "../errors.js";
import type { RunningProcess } from "./process.js";
import { until } from "./until.js";

const TIMEOUT_MS = 15_000;

/** What a configuration file holds that Envoy watches. */
export function discoveryResponse(version: number, resources: readonly object[]): string {
  return JSON.stringify({ version_info: `${version}`, resources });
}

/** Envoy reads a file again when a whole new one is moved onto the old one. */
export async function replaceFile(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

/** Writes, and waits until Envoy has counted what it made of it under `statPrefix`. */
export async function untilDecided(
  envoy: Pick<RunningProcess, "admin">,
  statPrefix: string,
  write: () => Promise<void>,
): Promise<"accepted" | "rejected"> {
  const before = await counts(envoy, statPrefix);
  await write();
  const outcome = await until(async () => {
    const now = await counts(envoy, statPrefix);
    if (now.rejected > before.rejected) return "rejected";
    return now.accepted > before.accepted ? "accepted" : null;
  }, TIMEOUT_MS);
  if (outcome !== null) return outcome;
  throw new SimulatorError(
    "ERR_ENVOY_PROCESS",
    `Envoy took no notice of an update within ${TIMEOUT_MS / 1000} s.`,
    "Look at whether the machine is overloaded; then try again.",
  );
}

async function counts(
  envoy: Pick<RunningProcess, "admin">,
  statPrefix: string,
): Promise<{ accepted: number; rejected: number }> {
  const filter = `^${statPrefix.replace(/[^\w]/g, String.raw`\$&`)}update_`;
  const stats = await envoy.admin(`/stats?filter=${encodeURIComponent(filter)}`);
  const of = (name: string) => Number(new RegExp(`update_${name}: (\\d+)`).exec(stats)?.[1] ?? 0);
  return { accepted: of("success"), rejected: of("rejected") + of("failure") };
}
