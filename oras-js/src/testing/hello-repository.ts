import { afterEach, beforeEach } from "vitest";
import { describe as descriptorOf } from "../descriptor.js";
import { pushBytes } from "../content.js";
import { MemoryStore } from "../memory-store.js";
import { pack } from "../pack.js";
import { Repository, type RepositoryOptions } from "../remote/repository.js";
import { type TestRegistry, startRegistry } from "./registry.js";

/** The content that the tests push and fetch. */
export const bytes = new TextEncoder().encode("hello");
export const blob = descriptorOf("text/plain", bytes);
/** Retries that no test has to wait for. */
export const fast = { delayMs: 1, maxDelayMs: 1000 };

/** The registry of the test that runs. */
export let registry: TestRegistry;

/** Gives every test of the file a registry of its own. */
export function useRegistry(): void {
  beforeEach(async () => {
    registry = await startRegistry();
  });
  afterEach(() => registry.stop());
}

export const open = (options: RepositoryOptions = {}): Repository =>
  new Repository(`${registry.host}/filters/hello`, { retry: fast, ...options });

/** An artifact of one layer, tagged v1, in memory. */
export async function artifact() {
  const store = new MemoryStore();
  const layer = await pushBytes(store, "text/plain", bytes);
  const manifest = await pack(store, { artifactType: "application/vnd.example.greeting", layers: [layer] });
  await store.tag(manifest, "v1");
  return { store, layer, manifest };
}
