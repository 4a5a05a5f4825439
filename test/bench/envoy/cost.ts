// What a process has cost until now, as Linux tells it.

import { readdir, readFile } from "node:fs/promises";

/**
 * The processor time of all threads in µs. From the scheduler's nanoseconds, thread by thread: /proc/PID/stat only counts
 * hundredths of a second.
 */
export async function cpuMicroseconds(pid: number): Promise<number> {
  const threads = await readdir(`/proc/${pid}/task`);
  const times = await Promise.all(
    threads.map(async (thread) => {
      const text = await readFile(`/proc/${pid}/task/${thread}/schedstat`, "latin1").catch(() => "0");
      return Number(text.split(" ", 1)[0]);
    }),
  );
  return times.reduce((sum, time) => sum + time, 0) / 1_000;
}

/** The memory it holds now. */
export async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "latin1");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) * 1024;
}
