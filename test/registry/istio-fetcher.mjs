import { mkdtemp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { MissingTool, run } from "./processes.mjs";

const source = fileURLToPath(new URL("istiofetch/", import.meta.url));

export async function requireGo() {
  try {
    await run("go", ["version"]);
  } catch (cause) {
    throw new MissingTool(
      "The registry test fetches images with Istio's own code and needs Go 1.26 or later to build it: install Go (https://go.dev/dl) and try again.",
      { cause },
    );
  }
}

/**
 * Builds istiofetch and returns a function that fetches with it.
 *
 * @param {string} folder for the program and the modules it fetches
 */
export async function buildIstioFetcher(folder) {
  const program = join(folder, "istiofetch");
  await run("go", ["build", "-buildvcs=false", "-o", program, "."], { cwd: source });

  /**
   * Fetches as the agent in front of Envoy would; every call begins with an empty cache.
   *
   * @param {string} url oci://...
   * @param {{ sha256?: string, dockerConfig?: string, pullSecret?: string }} [options] `dockerConfig` is a folder
   */
  return async function istioFetch(url, { sha256, dockerConfig, pullSecret } = {}) {
    const cache = await mkdtemp(join(folder, "istio-cache-"));
    const args = [
      "-dir",
      cache,
      ...(sha256 === undefined ? [] : ["-sha256", sha256]),
      ...(pullSecret === undefined ? [] : ["-pull-secret", pullSecret]),
      url,
    ];
    const { stdout } = await run(program, args, {
      env: { ...process.env, DOCKER_CONFIG: dockerConfig ?? cache },
    });
    const { path, digest } = JSON.parse(stdout);
    return { path, digest, wasm: await readFile(path) };
  };
}
