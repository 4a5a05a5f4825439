import { stdout } from "node:process";

/** Counts and prints: one line a check, the reason of a failure below it. */
export class Checks {
  #passed = 0;
  #failed = 0;
  #skipped = 0;

  /** Runs one check; it passes unless its action throws. Returns what the action gave, undefined after a failure. */
  async check<T>(name: string, action: () => Promise<T>): Promise<T | undefined> {
    const start = performance.now();
    try {
      const result = await action();
      this.#passed++;
      stdout.write(`ok      ${name} (${Math.round(performance.now() - start)} ms)\n`);
      return result;
    } catch (error) {
      this.#failed++;
      const { code, message } = error as NodeJS.ErrnoException;
      const reason = [code, message].filter(Boolean).join(": ");
      stdout.write(`FAILED  ${name}\n${reason.trim().replace(/^/gm, "        ")}\n`);
      return undefined;
    }
  }

  /** Says that something cannot be checked on this machine, and why. */
  skip(name: string, reason: string): void {
    this.#skipped++;
    stdout.write(`skipped ${name}: ${reason}\n`);
  }

  /** Prints the sum; gives the exit code. */
  finish(): number {
    const skipped = this.#skipped === 0 ? "" : `, ${this.#skipped} skipped`;
    stdout.write(`${this.#passed} passed, ${this.#failed} failed${skipped}\n`);
    return this.#failed === 0 ? 0 : 1;
  }
}
