import { setTimeout as sleep } from "node:timers/promises";

/** Asks again and again until the answer is not null; null when the time is over. */
export async function until<T>(
  ask: () => T | null | Promise<T | null>,
  timeoutMs: number,
): Promise<T | null> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null || Date.now() > deadline) return answer;
    await sleep(20);
  }
}
