import { startRegistry } from "../../../oras-js/src/testing/registry.js";
import { startBearerFront } from "./bearer-front.js";
import { user } from "./place.js";
import type { Started } from "./index.js";

/** Small enough that a filter's module goes up in several. */
const CHUNK_BYTES = 4096;

/** What the distribution specification has and the other registries here lack: tokens, the referrers API, chunks of a least size. */
export async function startOurRegistry(): Promise<Started> {
  const registry = await startRegistry();
  registry.referrersApi = true;
  registry.apart = true;
  registry.intercept = ({ method }, response) => {
    if (method === "POST") response.setHeader("oci-chunk-min-length", CHUNK_BYTES);
    return false;
  };
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
