import { parseArgs } from "node:util";

import { SDKS } from "./sdks.js";
import { WORKLOADS } from "./workloads.js";

export const USAGE = `npm run bench -- [options]

  --quick            ours and Rust only, fewer rounds: under five minutes
  --memory           memory instead of time: W2 over 1,000,000 requests and W4 over 100,000, ours unless --sdk says otherwise
  --requests N       so many, with --memory
  --sdk NAME         only this SDK; repeat it for more (${SDKS.map(({ name }) => name).join(", ")})
  --workload ID      only this workload; repeat it for more (${WORKLOADS.map(({ id }) => id).join(", ")})
  --module NAME=FILE one more module, which must do what the workload's filters do; with a single --workload
  --rounds N         bursts of load that count, for each filter, over three sets of Envoys (12; with --quick 9)
  --seconds N        length of a burst (1)
  --copies N         how often the filter stands in the chain, instead of the workload's own number
  --connections N    connections that the load keeps busy (16)
  --seed N           of the order in which filters are loaded
  --json FILE        writes everything measured
`;

/** The arguments make no sense; the message says why. */
export class UsageError extends Error {
  override name = "UsageError";
}

export interface Arguments {
  readonly memory: boolean;
  readonly sdks: readonly string[];
  readonly workloads: readonly string[];
  readonly modules: readonly { readonly name: string; readonly path: string }[];
  readonly rounds: number;
  readonly seconds: number;
  readonly copies: number | null;
  readonly connections: number;
  readonly requests: number | null;
  readonly seed: number;
  readonly json: string | null;
}

export function readArguments(words: readonly string[]): Arguments {
  const { values } = parse(words);
  const workloads = named(
    "workload",
    values.workload ?? (values.memory ? ["w2", "w4"] : undefined),
    WORKLOADS.map(({ id }) => id),
  );
  const modules = (values.module ?? []).map((text) => {
    const [name = "", path = ""] = text.split("=");
    if (name === "" || path === "") throw new UsageError(`--module ${text}: it must be NAME=FILE`);
    return { name, path };
  });
  if (modules.length > 0 && workloads.length !== 1)
    throw new UsageError("--module needs a single --workload");
  return {
    memory: values.memory ?? false,
    sdks: named(
      "sdk",
      values.sdk ??
        (values.memory ? ["as-proxy-wasm"] : values.quick ? ["as-proxy-wasm", "rust"] : undefined),
      SDKS.map(({ name }) => name),
    ),
    workloads,
    modules,
    rounds: whole("rounds", values.rounds, values.quick ? 9 : 12),
    seconds: whole("seconds", values.seconds, 1),
    copies: values.copies === undefined ? null : whole("copies", values.copies, 1),
    connections: whole("connections", values.connections, 16),
    requests: values.requests === undefined ? null : whole("requests", values.requests, 1),
    seed: whole("seed", values.seed, Date.now() % 1_000_000),
    json: values.json ?? null,
  };
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: {
        quick: { type: "boolean" },
        memory: { type: "boolean" },
        sdk: { type: "string", multiple: true },
        workload: { type: "string", multiple: true },
        module: { type: "string", multiple: true },
        rounds: { type: "string" },
        seconds: { type: "string" },
        copies: { type: "string" },
        connections: { type: "string" },
        requests: { type: "string" },
        seed: { type: "string" },
        json: { type: "string" },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function named(
  option: string,
  chosen: readonly string[] | undefined,
  known: readonly string[],
): readonly string[] {
  if (chosen === undefined) return known;
  const unknown = chosen.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new UsageError(`--${option} ${unknown}: there is ${known.join(", ")}`);
  return chosen;
}

function whole(option: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (!/^[1-9]\d{0,6}$/.test(text))
    throw new UsageError(`--${option} ${text}: it must be a whole number from 1`);
  return Number(text);
}
