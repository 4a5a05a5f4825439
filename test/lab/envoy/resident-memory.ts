import { readFile } from "node:fs/promises";

/** The resident memory of a process in bytes, as Linux tells it; 0 where there is no /proc. */
export const residentBytes = (pid: number): Promise<number> => statusBytes(pid, "VmRSS");

/** The most it ever was. */
export const peakResidentBytes = (pid: number): Promise<number> => statusBytes(pid, "VmHWM");

async function statusBytes(pid: number, name: string): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "latin1").catch(() => "");
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1] ?? 0) * 1024;
}
