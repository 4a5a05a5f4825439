import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { checkBehaviour, EchoUpstream } from "./check.js";
import { type Filter, type Launcher, type Server, startServer } from "./envoy/server.js";
import { launchers } from "./launchers.js";
import { writeScript } from "./load/wrk.js";
import type { Workload } from "./workloads.js";

/** Envoys that are up and checked, and what loads them. */
export interface Bed {
  readonly servers: readonly Server[];
  /** The load generator's script for the workload. */
  readonly script: string;
  readonly loadLauncher: Launcher;
}

/**
 * Starts one Envoy for each filter, checks that all filters do the same, gives them to `use`, and stops them in any case.
 */
export async function withBed<T>(
  envoy: string,
  workload: Workload,
  copies: number,
  filters: readonly Filter[],
  use: (bed: Bed) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  const upstream = await EchoUpstream.listen();
  const servers: Server[] = [];
  try {
    const { server: launcher, load: loadLauncher } = await launchers();
    for (const [index, filter] of filters.entries()) {
      servers.push(
        await startServer(filter, {
          ...{ envoy, workload, copies, launcher },
          upstreamPort: upstream.port,
          folder: join(folder, `${index}`),
        }),
      );
    }
    await checkBehaviour(
      servers.filter(({ filter }) => filter.modulePath !== null),
      workload,
    );
    const script = join(folder, "load.lua");
    await writeScript(script, workload.load);
    return await use({ servers, script, loadLauncher });
  } finally {
    for (const server of servers) await server.stop();
    upstream.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
