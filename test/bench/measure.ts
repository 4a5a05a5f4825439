import { setTimeout as sleep } from "node:timers/promises";

import type { Server } from "./envoy/server.js";
import { type Burst, type Load, sendLoad } from "./load/wrk.js";
import { shuffled } from "./random.js";

/** One burst of load on one Envoy. */
export interface Sample extends Burst {
  /** Processor time of the whole Envoy process for a request, in µs. */
  readonly cpuPerRequest: number;
}

export interface MeasureOptions extends Load {
  readonly rounds: number;
  readonly seconds: number;
  readonly random: () => number;
  /** Called after every round. */
  progress(round: number): void;
}

/**
 * Loads one Envoy after the other, round by round, in an order that is shuffled for every round; the others are up and idle.
 * The first round warms the caches and the optimising compiler and does not count. A sample list has one entry a round.
 */
export async function measure(
  servers: readonly Server[],
  options: MeasureOptions,
): Promise<ReadonlyMap<Server, readonly Sample[]>> {
  const samples = new Map<Server, Sample[]>(servers.map((server) => [server, []]));
  for (let round = 0; round <= options.rounds; ++round) {
    for (const server of shuffled(servers, options.random)) {
      const sample = await burst(server, options);
      if (round > 0) samples.get(server)?.push(sample);
    }
    options.progress(round);
  }
  return samples;
}

async function burst(server: Server, options: MeasureOptions): Promise<Sample> {
  const requestsBefore = await server.requests();
  // The admin's answer is written; what its thread does after it is not ours.
  await sleep(20);
  const cpuBefore = await server.cpuMicroseconds();
  // The baseline refuses nothing.
  const refusedShare = server.filter.modulePath === null ? 0 : options.refusedShare;
  const result = await sendLoad(server.port, options.seconds, { ...options, refusedShare }).catch(
    (error: unknown) => {
      throw new Error(`under load, ${server.filter.name} fails`, { cause: error });
    },
  );
  const cpu = (await server.cpuMicroseconds()) - cpuBefore;
  const requests = (await server.requests()) - requestsBefore;
  return { ...result, cpuPerRequest: cpu / requests };
}
