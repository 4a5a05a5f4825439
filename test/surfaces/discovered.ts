/** A running Envoy that reads an ECDS resource from a file: validation alone never opens the file. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { planSurface } from "../../cli/src/testing/plan-surface.js";
import { startEnvoy } from "../lab/index.js";

/** Rejects when Envoy, with both documents where they belong, does not take the filter from the file. */
export async function discoverFromFile(folder: string, modulePath: string): Promise<void> {
  const resourceFile = join(folder, "guard.ecds.yaml");
  const { documents } = planSurface("envoy-ecds", { rootId: "hello" }, { modulePath, resourceFile });
  const [response, { http_filters }] = documents as [object, { readonly http_filters: readonly object[] }];
  await writeFile(resourceFile, stringify(response));
  const router = {
    name: "router",
    typed_config: { "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router" },
  };
  const envoy = await startEnvoy({
    listeners: [
      {
        kind: "http",
        name: "filtered",
        filters: [],
        connectionManager: { http_filters: [...http_filters, router] },
      },
    ],
    clusters: [{ name: "upstream", port: null }],
  });
  try {
    const stats = await envoy.stats("extension_config_discovery.http_filter.guard.");
    assert.equal(stats.get("extension_config_discovery.http_filter.guard.config_reload"), 1);
    assert.ok(
      ((await envoy.stats("wasm.envoy.wasm.runtime.v8.")).get("wasm.envoy.wasm.runtime.v8.created") ?? 0) > 0,
    );
  } finally {
    await envoy.stop();
  }
}
