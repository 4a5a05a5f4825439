import { end, type Intercept, startRegistry } from "../../../oras-js/src/testing/registry.js";
import { startBearerFront } from "./bearer-front.js";
import { user } from "./place.js";
import type { Started } from "./index.js";

/** Small enough that a filter's module goes up in several. */
const CHUNK_BYTES = 4096;

/** What the distribution specification has and the other registries here lack: tokens, the referrers API, chunks of a least size. */
export async function startOurRegistry(): Promise<Started> {
  const registry = await startRegistry();
  registry.referrersApi = true;
  registry.intercept = mountsAndChunks((digest) => registry.blobs.has(digest));
  const { host, hiddenFromIstio, stop } = await startBearerFront(registry.host, user);
  return {
    host,
    user,
    referrersApi: true,
    ...(hiddenFromIstio === undefined ? {} : { hiddenFromIstio }),
    stop: async () => {
      await Promise.all([stop(), registry.stop()]);
    },
  };
}

const mountsAndChunks =
  (has: (digest: string) => boolean): Intercept =>
  ({ method, path, query }, response) => {
    if (method !== "POST") return false;
    response.setHeader("oci-chunk-min-length", CHUNK_BYTES);
    const mount = query.get("mount") ?? "";
    if (!has(mount)) return false;
    end(response, 201, { location: path.replace(/uploads\/$/, mount), "docker-content-digest": mount });
    return true;
  };
