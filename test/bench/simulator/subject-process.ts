import { type ChildProcess, spawn } from "node:child_process";
import { createInterface, type Interface } from "node:readline";
import type { Cost } from "./cost.js";

/** A process that runs streams when it is told how many. */
export class SubjectProcess {
  readonly #answers: AsyncIterator<string>;

  private constructor(
    private readonly child: ChildProcess,
    private readonly lines: Interface,
  ) {
    this.#answers = lines[Symbol.asyncIterator]();
  }

  /** Resolves when it waits for numbers. */
  static async start(program: string, words: readonly string[]): Promise<SubjectProcess> {
    const child = spawn(program, words, { stdio: ["pipe", "pipe", "inherit"] });
    const started = new SubjectProcess(child, createInterface(child.stdout));
    await started.#answer();
    return started;
  }

  async run(streams: number): Promise<Cost> {
    this.child.stdin?.write(`${streams}\n`);
    return JSON.parse(await this.#answer()) as Cost;
  }

  async #answer(): Promise<string> {
    const { value, done } = await this.#answers.next();
    if (done === true) throw new Error(`${this.child.spawnargs.join(" ")} ended`);
    return value as string;
  }

  stop(): void {
    this.child.stdin?.end();
    this.lines.close();
  }
}
