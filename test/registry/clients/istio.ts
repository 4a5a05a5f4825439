import { mkdtemp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../processes.js";

export interface FetchOptions {
  /** The WasmPlugin's field: hex, without algorithm. */
  readonly sha256?: string;
  /** A folder, as the proxy's DOCKER_CONFIG. */
  readonly dockerConfig?: string;
  /** A file in the shape of a kubernetes.io/dockerconfigjson secret. */
  readonly pullSecret?: string;
  readonly ca?: string;
}

export interface FetchedModule {
  readonly path: string;
  /** Hex of what Istio pins to: the manifest's digest. */
  readonly digest: string;
  readonly wasm: Buffer;
}

export type IstioFetch = (url: string, options?: FetchOptions) => Promise<FetchedModule>;

/** A function that fetches `oci://…` as the agent in front of Envoy would; every call begins with an empty cache. */
export function istioFetcher(program: string, folder: string): IstioFetch {
  return async (url, { sha256, dockerConfig, pullSecret, ca } = {}) => {
    const cache = await mkdtemp(join(folder, "istio-cache-"));
    const args = [
      "-dir",
      cache,
      ...(sha256 === undefined ? [] : ["-sha256", sha256]),
      ...(pullSecret === undefined ? [] : ["-pull-secret", pullSecret]),
      url,
    ];
    const { stdout } = await run(program, args, {
      env: { DOCKER_CONFIG: dockerConfig ?? cache, ...(ca === undefined ? {} : { SSL_CERT_FILE: ca }) },
    });
    const { path, digest } = JSON.parse(stdout) as { path: string; digest: string };
    return { path, digest, wasm: await readFile(path) };
  };
}
