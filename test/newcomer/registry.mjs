/**
 * A real npm registry on 127.0.0.1: Verdaccio, installed under .cache. It serves our five packages itself and asks the
 * registry of this machine, whatever that is, for everything else.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const cache = new URL("../../.cache/verdaccio/", import.meta.url).pathname;
const version = "6.8.0";

/** Installs Verdaccio unless it is there. node-fetch 2.7.0, because its newer versions need another Node. */
export async function installRegistry(run) {
  mkdirSync(cache, { recursive: true });
  const installed = join(cache, "node_modules/verdaccio/package.json");
  if (existsSync(installed) && JSON.parse(readFileSync(installed, "utf8")).version === version) return;
  const manifest = {
    private: true,
    dependencies: { verdaccio: version },
    overrides: { "node-fetch": "2.7.0" },
  };
  writeFileSync(join(cache, "package.json"), JSON.stringify(manifest, null, 2));
  await run("npm install --no-audit --no-fund --loglevel=error", { cwd: cache });
}

/** Starts it and resolves when it answers. `upstream` never gets into a file of the repository. */
export async function startRegistry({ folder, upstream, own }) {
  // What other packages weigh is kept for the next run; ours are published afresh.
  const storage = join(cache, "storage");
  for (const name of own) rmSync(join(storage, name), { recursive: true, force: true });
  const config = {
    storage,
    web: { enable: false },
    max_body_size: "200mb",
    uplinks: { upstream: { url: upstream, timeout: "60s", maxage: "60m", max_fails: 10 } },
    packages: {
      ...Object.fromEntries(own.map((name) => [name, { access: "$all", publish: "$all" }])),
      "**": { access: "$all", proxy: "upstream" },
    },
    log: { type: "stdout", format: "pretty", level: "warn" },
  };
  const configPath = join(folder, "verdaccio.yaml");
  writeFileSync(configPath, JSON.stringify(config)); // YAML is a superset of JSON
  const port = await freePort();
  const log = join(folder, "verdaccio.log");
  const output = openSync(log, "w");
  const child = spawn(
    process.execPath,
    [
      join(cache, "node_modules/verdaccio/bin/verdaccio"),
      "--config",
      configPath,
      "--listen",
      `127.0.0.1:${port}`,
    ],
    { stdio: ["ignore", output, output], cwd: folder },
  );
  const url = `http://127.0.0.1:${port}/`;
  const stop = () => child.kill();
  const served = (name) => existsSync(join(storage, name));
  for (let attempt = 0; attempt < 150; attempt += 1) {
    if (child.exitCode !== null) break;
    const answer = await fetch(`${url}-/ping`).catch(() => undefined);
    if (answer?.ok) return { url, host: `127.0.0.1:${port}`, stop, served };
    await sleep(200);
  }
  stop();
  throw new Error(`the registry did not start:\n${readFileSync(log, "utf8")}`);
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
