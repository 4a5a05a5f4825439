import { stderr, stdout } from "node:process";

import { compileFilter, Http1Server } from "../lab/index.js";
import { cases } from "./cases.js";
import { buildMosn, Mosn, MosnBuildError } from "./mosn.js";

/** `npm run test:mosn`: filters compiled for MOSN, in a real one. */
export async function main(): Promise<number> {
  try {
    return await runCases(await buildMosn());
  } catch (error) {
    if (!(error instanceof MosnBuildError)) throw error;
    stderr.write(`${error.message}\n`);
    return 1;
  }
}

async function runCases(binary: string): Promise<number> {
  let failed = 0;
  for (const { name, entry, configuration, run } of cases) {
    const module = await compileFilter(entry, ["--use", "AS_PROXY_WASM_TARGET=mosn"]);
    const upstream = await Http1Server.listen();
    let mosn: Mosn | undefined;
    try {
      mosn = await Mosn.start({
        binary,
        module,
        upstream: upstream.port,
        ...(configuration === undefined ? {} : { configuration }),
      });
      await run(mosn, upstream);
      stdout.write(`ok      ${name}\n`);
    } catch (error) {
      failed++;
      stdout.write(`FAILED  ${name}\n${String(error)}\n`);
    } finally {
      await mosn?.stop();
      await upstream.stop();
    }
  }
  stdout.write(`\n${cases.length - failed} of ${cases.length} cases as in Envoy, in MOSN 1.2.0\n`);
  return failed === 0 ? 0 : 1;
}
