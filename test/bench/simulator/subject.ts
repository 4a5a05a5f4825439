import { createInterface } from "node:readline";
import { stdin, stdout } from "node:process";
import type { Cost } from "./cost.js";
import { subjects, type SubjectName } from "./subjects.js";

/** One subject. It says `ready`; then each line of the input is a number of streams to run; the answer is what they took, as JSON. */
export async function main([name, module]: readonly string[]): Promise<number> {
  const run = await subjects[name as SubjectName](module ?? "");
  stdout.write("ready\n");
  for await (const line of createInterface(stdin)) {
    const began = performance.now();
    const before = process.cpuUsage();
    await run(Number(line));
    const { user, system } = process.cpuUsage(before);
    const cost: Cost = {
      cpuMicroseconds: user + system,
      wallMicroseconds: Math.round((performance.now() - began) * 1000),
    };
    stdout.write(`${JSON.stringify(cost)}\n`);
  }
  return 0;
}
