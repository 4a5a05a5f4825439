import { readFile } from "node:fs/promises";
import { Envoy, type EnvoyOptions, type Exchange, firstValue } from "as-proxy-wasm-sim";
import { MicroHost } from "./micro-host.js";
import { madeByFilter, recordedStream } from "./stream.js";

/** Runs so many streams. */
export type Subject = (streams: number) => Promise<void> | void;

export type SubjectName = keyof typeof subjects;

/** What is measured, each in a process of its own, by name. Each gets the path of a module. */
export const subjects = {
  none: (path: string) => simulator(path, "none"),
  exchange: (path: string) => simulator(path, "exchange"),
  all: (path: string) => simulator(path, "all"),
  "fresh VM": freshVm,
  "micro host": microHost,
} as const satisfies Readonly<Record<string, (path: string) => Promise<Subject>>>;

async function simulator(path: string, events: NonNullable<EnvoyOptions["events"]>): Promise<Subject> {
  const options = await optionsOf(path, events);
  let envoy = await Envoy.start(options);
  return async (streams) => {
    for await (const exchange of envoy.replayAll(repeated(streams))) check(exchange);
    if (events !== "all") return;
    // What it keeps of all streams would grow from round to round.
    envoy.stop();
    envoy = await Envoy.start(options);
  };
}

/** An Envoy for each stream, as a test has that wants nothing left of the one before. */
async function freshVm(path: string): Promise<Subject> {
  const options = await optionsOf(path, "all");
  return async (streams) => {
    for (const stream of repeated(streams)) {
      const envoy = await Envoy.start(options);
      check(await envoy.replay(stream));
      envoy.stop();
    }
  };
}

async function microHost(path: string): Promise<Subject> {
  const host = new MicroHost(new WebAssembly.Module(await readFile(path)));
  return (streams) => {
    for (const stream of repeated(streams)) {
      const made = host.run(stream);
      for (const side of ["request", "response"] as const) {
        const [name, value] = madeByFilter[side];
        if (made[side].get(name) !== value) throw new Error(`the filter did not add ${name}`);
      }
    }
  };
}

async function optionsOf(path: string, events: NonNullable<EnvoyOptions["events"]>): Promise<EnvoyOptions> {
  const code = await readFile(path);
  const vmConfig = { vmId: "bench", configuration: null, code };
  const plugin = { name: "bench", rootId: "bench", configuration: null, vmConfig };
  return { plugins: [{ ...plugin, allowOnHeadersStopIteration: true }], events };
}

function* repeated(times: number) {
  for (let count = 0; count < times; ++count) yield recordedStream;
}

function check({ outcome, upstream, response }: Exchange): void {
  const made = { request: upstream?.headers ?? [], response: response?.headers ?? [] };
  for (const side of ["request", "response"] as const) {
    const [name, value] = madeByFilter[side];
    if (outcome.kind !== "completed" || firstValue(made[side], name) !== value)
      throw new Error(`the filter did not add ${name}: ${JSON.stringify(outcome)}`);
  }
}
