import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stderr, stdout } from "node:process";
import { parseArgs } from "node:util";

import { command } from "../../lab/toolchains/command.js";
import { MissingToolError } from "../../lab/toolchains/missing-tool.js";
import { repository } from "../../lab/repository.js";
import { asProxyWasm } from "../builders/as-proxy-wasm.js";
import { cache } from "../builders/folders.js";
import { go } from "../builders/go.js";
import { seededRandom, shuffled } from "../random.js";
import { median } from "../statistics.js";
import { type Figure, figuresTable, type Measured, timesTable } from "./report.js";
import { recordedStream } from "./stream.js";
import { SubjectProcess } from "./subject-process.js";
import type { SubjectName } from "./subjects.js";

const USAGE = `npm run bench:simulator -- [options]

What a stream of W2 costs in the simulator and in Go's proxytest, in processor time.

  --rounds N     rounds that count (15)
  --streams N    streams in a round (20000; of a fresh VM for each stream a hundredth)
  --only NAME    only these, or another one when repeated: ours, go
  --json FILE    writes every sample
`;

export async function main(words: readonly string[]): Promise<number> {
  let options;
  try {
    options = readOptions(words);
  } catch (error) {
    stderr.write(`${(error as Error).message}\n\n${USAGE}`);
    return 2;
  }
  try {
    const measured = await measure(await contenders(options.only), options);
    stdout.write(`${timesTable(measured)}\n${figuresTable(figures(measured))}`);
    if (options.json !== null) await writeFile(options.json, `${JSON.stringify(measured, null, 2)}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof MissingToolError)) throw error;
    stderr.write(`${error.message}\n`);
    return 1;
  }
}

interface Options {
  readonly rounds: number;
  readonly streams: number;
  readonly only: readonly string[];
  readonly json: string | null;
}

function readOptions(words: readonly string[]): Options {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    args: [...words],
    options: { rounds: text, streams: text, only: { ...text, multiple: true }, json: text },
  });
  const whole = (name: "rounds" | "streams", otherwise: number): number => {
    const given = values[name] ?? String(otherwise);
    if (/^[1-9]\d{0,6}$/.test(given)) return Number(given);
    throw new Error(`--${name} ${given}: it must be a whole number from 1`);
  };
  const only = values.only ?? ["ours", "go"];
  const unknown = only.find((name) => name !== "ours" && name !== "go");
  if (unknown !== undefined) throw new Error(`--only ${unknown}: there is ours, go`);
  return { rounds: whole("rounds", 15), streams: whole("streams", 20_000), only, json: values.json ?? null };
}

/** What runs in a process of its own. */
interface Contender {
  readonly name: string;
  /** A share of the streams of a round. */
  readonly share: number;
  start(): Promise<SubjectProcess>;
}

const names = {
  none: "simulator, events none",
  exchange: "simulator, events exchange",
  all: "simulator, events all",
  micro: "micro host",
  fresh: "simulator, an Envoy for each stream",
  goSimulator: "simulator, events exchange, Go's module",
  goProxytest: "proxytest (wazero), Go's module",
} as const;

async function contenders(only: readonly string[]): Promise<Contender[]> {
  const all: Contender[] = [];
  if (only.includes("ours")) {
    const module = (await asProxyWasm.build())("w2");
    all.push(node(names.none, "none", module));
    all.push(node(names.exchange, "exchange", module));
    all.push(node(names.all, "all", module));
    all.push(node(names.micro, "micro host", module));
    all.push({ ...node(names.fresh, "fresh VM", module), share: 1 / 100 });
  }
  if (only.includes("go")) {
    const module = (await go.build())("w2");
    const proxytest = await buildProxytest();
    all.push(node(names.goSimulator, "exchange", module));
    const messages = {
      request: recordedStream.request.headers,
      response: recordedStream.response?.headers ?? [],
    };
    const start = () => SubjectProcess.start(proxytest, [module, JSON.stringify(messages)]);
    all.push({ name: names.goProxytest, share: 1 / 4, start });
  }
  return all;
}

function node(name: string, subject: SubjectName, module: string): Contender {
  const launcher = join(repository, "test/lab/run-script.mjs");
  const words = [launcher, "test/bench/simulator/subject.ts", subject, module];
  return { name, share: 1, start: () => SubjectProcess.start(process.execPath, words) };
}

async function buildProxytest(): Promise<string> {
  const output = join(cache, "proxytest");
  await rm(output, { force: true });
  await command("go", ["build", "-o", output, "."], {
    cwd: join(repository, "test/bench/simulator/proxytest"),
    env: { GOFLAGS: "-mod=readonly" },
    missing: "Go 1.24 or newer is missing: install it from go.dev or your distribution",
  });
  return output;
}

/** One after the other, round by round, in an order that is shuffled for every round. The first two warm up and do not count. */
async function measure(contenders: readonly Contender[], { rounds, streams }: Options): Promise<Measured[]> {
  const warmUps = 2;
  const random = seededRandom(1);
  const running: { name: string; streams: number; process: SubjectProcess; samples: number[] }[] = [];
  try {
    for (const { name, share, start } of contenders)
      running.push({ name, streams: Math.ceil(streams * share), process: await start(), samples: [] });
    for (let round = 0; round < rounds + warmUps; ++round) {
      for (const one of shuffled(running, random)) {
        const { cpuMicroseconds } = await one.process.run(one.streams);
        if (round >= warmUps) one.samples.push(cpuMicroseconds / one.streams);
      }
      stderr.write(`\rround ${round + 1}/${rounds + warmUps} `);
    }
  } finally {
    for (const { process } of running) process.stop();
  }
  stderr.write("\n");
  return running.map(({ name, streams: count, samples }) => ({ name, streams: count, samples }));
}

/** Differences and shares within a round: what disturbs a round disturbs them all. */
function figures(measured: readonly Measured[]): Figure[] {
  const samples = new Map(measured.map((one) => [one.name, one.samples]));
  const pairs = (a: string, b: string, compare: (a: number, b: number) => number): number | null => {
    const [left, right] = [samples.get(a), samples.get(b)];
    if (left === undefined || right === undefined) return null;
    return median(left.map((value, round) => compare(value, right[round] ?? Number.NaN)));
  };
  const own = (name: string) => pairs(name, names.micro, (a, b) => a - b);
  const fresh = samples.get(names.fresh);
  const rows: [name: string, value: number | null, unit: string, goal: string | null][] = [
    ["streams/s, events none", 1e6 / median(samples.get(names.none) ?? [Number.NaN]), "", "at least 125000"],
    ["own time, events none", own(names.none), "µs", null],
    ["own time, events exchange", own(names.exchange), "µs", "at most 10"],
    ["own time, events all", own(names.all), "µs", null],
    ["an Envoy for each stream", fresh === undefined ? null : median(fresh), "µs", "under 1000"],
    [
      "proxytest ÷ simulator, Go's module",
      pairs(names.goProxytest, names.goSimulator, (a, b) => a / b),
      "×",
      null,
    ],
  ];
  return rows.flatMap(([name, value, unit, goal]) =>
    value === null || Number.isNaN(value) ? [] : [{ name, value, unit, goal }],
  );
}
