import { mkdtemp, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { eventually, MissingTool, run, start } from "./processes.mjs";

const command = "docker-registry";

/** Debian's registry (distribution 2.8), installed if it is missing. */
export async function installRegistry() {
  if (await isInstalled()) return;
  process.stdout.write(`installing ${command} ...\n`);
  try {
    await run("apt-get", ["update", "-q"]);
    await run("apt-get", ["install", "-y", "-q", "-o", "DPkg::Lock::Timeout=120", command], {
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
  } catch (cause) {
    const reason = cause.message.split("\n").at(-1);
    throw new MissingTool(
      `The registry test needs ${command}, which could not be installed (${reason}): run "apt-get install ${command}" as root on Debian or Ubuntu and try again.`,
      { cause },
    );
  }
  if (!(await isInstalled())) throw new MissingTool(`${command} was installed but is not on the PATH.`);
}

async function isInstalled() {
  try {
    await run(command, ["--version"]);
    return true;
  } catch {
    return false;
  }
}

// The password is "registry-test"; distribution knows bcrypt alone, which Node does not have.
export const user = { username: "tester", password: "registry-test" };
const htpasswd = "tester:$2a$05$VkNlgZhr1Ljj8Cr1HsYKNuzBzBDB/QssUldkGDnhTRWRezrO3PZq6\n";

/**
 * Starts a registry of its own on 127.0.0.1 with its data in the folder.
 *
 * @param {string} folder
 * @param {{ basic?: boolean, relativeUrls?: boolean }} [options]
 * @returns {Promise<{ host: string }>}
 */
export async function startRegistry(folder, { basic = false, relativeUrls = false } = {}) {
  const home = await mkdtemp(join(folder, "registry-"));
  const host = `127.0.0.1:${await freePort()}`;
  const config = {
    version: "0.1",
    log: { level: "error", accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(home, "data") } },
    http: { addr: host, relativeurls: relativeUrls },
    // Istio 1.31 takes every realm for a token server's address, Basic's too, and refuses what is none.
    ...(basic
      ? { auth: { htpasswd: { realm: "https://registry.example/", path: join(home, "htpasswd") } } }
      : {}),
  };
  await writeFile(join(home, "htpasswd"), htpasswd);
  // JSON is YAML.
  await writeFile(join(home, "config.yml"), JSON.stringify(config));
  const server = start(command, ["serve", join(home, "config.yml")], { cwd: home });
  await eventually(() => fetch(`http://${host}/v2/`), { server });
  return { host };
}

/** A port nobody listens on now; the registry cannot be asked for the one it chose itself. */
export async function freePort() {
  const server = createServer();
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}
