import type { Server } from "./envoy/server.js";
import { type Load, sendLoad } from "./load/wrk.js";

/** What an Envoy held when a share of the requests was served. */
export interface MemoryMark {
  readonly share: number;
  readonly requests: number;
  readonly residentBytes: number;
}

export interface MemoryReport {
  readonly id: string;
  readonly name: string;
  readonly marks: readonly MemoryMark[];
  /** Growth behind the first mark, for a thousand requests. */
  readonly bytesPerThousand: number;
  /** Whether the time ran out before the last mark. */
  readonly cutShort: boolean;
}

export interface SoakOptions extends Load {
  readonly requests: number;
  /** The soak ends then, however many requests were served. */
  readonly seconds: number;
  progress(requests: number): void;
}

/** At the first the caches are warm and the heap has its size; from there on memory should not grow. */
const SHARES = [0.1, 0.5, 1];

/** Sends a number of requests in bursts, and looks at the memory at the first tenth, at half and at the end. */
export async function soak(server: Server, id: string, options: SoakOptions): Promise<MemoryReport> {
  const deadline = Date.now() + options.seconds * 1_000;
  const before = await server.requests();
  const marks: MemoryMark[] = [];
  let served = 0;
  for (const share of SHARES) {
    while (served < share * options.requests && Date.now() < deadline) {
      await sendLoad(server.port, 1, options);
      served = (await server.requests()) - before;
      options.progress(served);
    }
    marks.push({ share, requests: served, residentBytes: await server.residentBytes() });
  }
  const [first] = marks;
  const last = marks.at(-1);
  const requests = (last?.requests ?? 0) - (first?.requests ?? 0);
  const growth = (last?.residentBytes ?? 0) - (first?.residentBytes ?? 0);
  return {
    ...{ id, name: server.filter.name, marks },
    bytesPerThousand: requests > 0 ? (growth * 1_000) / requests : Number.NaN,
    cutShort: served < options.requests,
  };
}

/** A table in Markdown. */
export function memoryTable(reports: readonly MemoryReport[]): string {
  return [
    "## Memory",
    "",
    "| workload | filter | requests | at 10 % MiB | at 50 % | at 100 % | growth, bytes for 1,000 requests |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...reports.map(({ id, name, marks, bytesPerThousand, cutShort }) => {
      const requests = `${marks.at(-1)?.requests}${cutShort ? " (time ran out)" : ""}`;
      const sizes = marks.map(({ residentBytes }) => (residentBytes / 2 ** 20).toFixed(1));
      return `| ${[id, name, requests, ...sizes, bytesPerThousand.toFixed(0)].join(" | ")} |`;
    }),
    "",
  ].join("\n");
}
