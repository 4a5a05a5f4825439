/// <reference lib="dom" />
// Fuzzing: generated inputs for everything in the SDK that reads what others send. README.md says how to use it.
import { parseArgs } from "node:util";
import { fuzzExchanges } from "./exchange/fuzz.js";
import { compile, Guest } from "./guest.js";
import { Random, shrinkBytes } from "as-proxy-wasm-sim/explore";
import type { Target } from "./target.js";
import { targets } from "./targets/index.js";

/** Inputs that are made at once, and compared. */
const BATCH = 512;
/** Damaged variants of each of them that the guest makes itself, only to see that it lives: many times faster. */
const VARIANTS = 15;
/** More memory than this, after any number of inputs, is a leak. */
const MEMORY_LIMIT = 64 * 1024 * 1024;
/** Failures of one target that are shrunk and shown. */
const SHOWN = 3;

export async function main(folder: string, args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      inputs: { type: "string", default: "200000" },
      seed: { type: "string" },
      only: { type: "string", multiple: true },
      replay: { type: "string" },
    },
  });
  const isChosen = (name: string): boolean => values.only?.includes(name) ?? true;
  const chosen = targets.filter((target) => isChosen(target.name));
  const inputs = Number(values.inputs);
  const seed = Number(values.seed ?? Date.now() % 1_000_000);
  const parts = chosen.length + (isChosen("exchange") ? 1 : 0);
  if (parts === 0 || !(inputs > 0) || !Number.isInteger(seed)) {
    const names = [...targets.map((target) => target.name), "exchange"].join("|");
    console.log(`usage: npm run fuzz -- [--inputs N] [--seed N] [--only ${names}]… [--replay HEX]`);
    return 2;
  }
  if (values.replay !== undefined) return replay(folder, chosen, Buffer.from(values.replay, "hex"));
  console.log(`${inputs} inputs for ${parts} targets, seed ${seed}`);
  const share = Math.ceil(inputs / parts);
  let failed = 0;
  for (const target of chosen) failed += await fuzz(folder, target, Math.ceil(share / (1 + VARIANTS)), seed);
  if (isChosen("exchange")) failed += await fuzzExchanges(folder, share, seed);
  return failed > 0 ? 1 : 0;
}

/** Gives a target `inputs` inputs and their variants; how many failed. */
async function fuzz(folder: string, target: Target, inputs: number, seed: number): Promise<number> {
  const module = await compile(folder, target.entry);
  const start = performance.now();
  let guest = new Guest(module);
  let failed = 0;
  let most = 0;
  for (let first = 0; first < inputs; first += BATCH) {
    // Each batch has a seed of its own, so that it can be made again without those before it.
    const random = new Random(seed + Math.imul(first / BATCH, 0x61c88647));
    const batch = Array.from({ length: Math.min(BATCH, inputs - first) }, () => target.generate(random));
    let outputs: (Buffer | null)[][] | undefined;
    while (outputs === undefined) {
      try {
        outputs = guest.run(batch);
      } catch (trap) {
        // Nothing of the batch came out; the others get another turn without the one to blame.
        const blamed = guest.current;
        guest = new Guest(module);
        failed++;
        if (failed <= SHOWN) await report(module, target, batch[blamed]!, trap);
        batch.splice(blamed, 1);
      }
    }
    for (const [i, input] of batch.entries()) {
      const problem = compare(target, input, outputs[i]!);
      if (problem === undefined) continue;
      failed++;
      if (failed <= SHOWN) await report(module, target, input, problem);
    }
    try {
      guest.runVariants(batch, VARIANTS, seed + first);
    } catch (trap) {
      failed++;
      if (failed <= SHOWN) await report(module, target, guest.variant, trap);
      guest = new Guest(module);
    }
    most = Math.max(most, guest.memorySize);
    if (guest.memorySize > MEMORY_LIMIT) {
      console.log(`${target.name}: memory grew to ${megabytes(guest.memorySize)} MB`);
      failed++;
      guest = new Guest(module);
    }
    if (failed > 100) {
      console.log(`${target.name}: too many failures, stopped after ${first + BATCH} inputs`);
      inputs = first + BATCH;
    }
  }
  const total = inputs * (1 + VARIANTS);
  const rate = Math.round(total / ((performance.now() - start) / 1000));
  console.log(
    `${target.name}: ${total - failed} passed, ${failed} failed (${rate} a second, ${megabytes(most)} MB)`,
  );
  return failed;
}

function compare(target: Target, input: Buffer, output: readonly (Buffer | null)[]): string | undefined {
  const expected = target.expected(input);
  if (expected === undefined) return undefined;
  const fields = output.map((field) => field?.toString(target.encoding ?? "latin1") ?? null);
  const actual = target.normalise?.(fields) ?? fields;
  if (
    actual.length === expected.length &&
    expected.every((field, i) => field === undefined || field === actual[i])
  )
    return undefined;
  return `expected ${JSON.stringify(expected)}\n  but got  ${JSON.stringify(actual)}`;
}

async function report(
  module: WebAssembly.Module,
  target: Target,
  input: Buffer,
  problem: unknown,
): Promise<void> {
  const smallest = await shrinkBytes(input, (candidate) => verdict(module, target, candidate) !== undefined);
  const why = verdict(module, target, smallest) ?? problem;
  console.log(`${target.name} failed: ${String(why)}`);
  console.log(`  input ${JSON.stringify(smallest.toString("latin1"))}`);
  console.log(`  again: npm run fuzz -- --only ${target.name} --replay ${smallest.toString("hex")}`);
}

/** What is wrong with one input, in a fresh guest. */
function verdict(module: WebAssembly.Module, target: Target, input: Buffer): string | undefined {
  try {
    return compare(target, input, new Guest(module).run([input])[0]!);
  } catch (error) {
    return `trap: ${String(error)}`;
  }
}

async function replay(folder: string, chosen: readonly Target[], input: Buffer): Promise<number> {
  let failed = 0;
  for (const target of chosen) {
    const problem = verdict(await compile(folder, target.entry), target, input);
    console.log(`${target.name}: ${problem ?? "passed"}`);
    if (problem !== undefined) failed++;
  }
  return failed > 0 ? 1 : 0;
}

function megabytes(bytes: number): string {
  return (bytes / (1024 * 1024)).toFixed(1);
}
