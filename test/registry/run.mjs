// From the built packages to a registry, out of it with Istio's own fetcher, into a real Envoy. One line a check.
//
//   npm run test:registry
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Checks } from "./checks.mjs";
import { checkBasicAuth, checkBearerAuth } from "./authentication.mjs";
import { installRegistry } from "./docker-registry.mjs";
import { checkDirect, checkLayout } from "./direct.mjs";
import { buildIstioFetcher, requireGo } from "./istio-fetcher.mjs";
import { checkIstio } from "./istio.mjs";
import { MissingTool, stopAll } from "./processes.mjs";
import { checkRoad } from "./road.mjs";

const checks = new Checks();
const folder = await mkdtemp(join(tmpdir(), "registry-test-"));

async function cleanUp() {
  await stopAll();
  await rm(folder, { recursive: true, force: true });
}
for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
]) {
  process.once(signal, () => void cleanUp().finally(() => process.exit(code)));
}

try {
  await requireGo();
  await installRegistry();
  // Minutes from empty caches, so it goes on while the other checks run; its failure is one of the Istio checks'.
  const istio = buildIstioFetcher(folder);
  istio.catch(() => undefined);

  await checkDirect(checks, folder);
  await checkLayout(checks, folder);
  await checkBasicAuth(checks, folder);
  await checkBearerAuth(checks, folder);
  await checkIstio(checks, folder, istio);
  await checkRoad(checks, folder, istio);
  checks.finish();
} catch (error) {
  if (!(error instanceof MissingTool)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
} finally {
  await cleanUp();
}
