/** Counts and prints: one line a check, the reason of a failure below it. */
export class Checks {
  #passed = 0;
  #failed = 0;

  /**
   * Runs one check; it passes unless its action throws. Returns what the action gave, undefined after a failure.
   *
   * @template T
   * @param {string} name
   * @param {() => Promise<T>} action
   * @returns {Promise<T | undefined>}
   */
  async check(name, action) {
    const start = performance.now();
    try {
      const result = await action();
      this.#passed++;
      process.stdout.write(`ok      ${name} (${Math.round(performance.now() - start)} ms)\n`);
      return result;
    } catch (error) {
      this.#failed++;
      const reason = [error.code, error.message].filter(Boolean).join(": ");
      process.stdout.write(`FAILED  ${name}\n${reason.trim().replace(/^/gm, "        ")}\n`);
      return undefined;
    }
  }

  finish() {
    process.stdout.write(`${this.#passed} passed, ${this.#failed} failed\n`);
    if (this.#failed > 0) process.exitCode = 1;
  }
}
