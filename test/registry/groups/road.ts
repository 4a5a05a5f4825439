import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  answer,
  type Fields,
  http1,
  Http1Server,
  type RawFilter,
  repository,
  startEnvoy,
} from "../../lab/index.js";
import type { Bench } from "../bench.js";
import { asProxyWasm, asProxyWasmJson } from "../clients/as-proxy-wasm.js";
import { istioFetcher } from "../clients/istio.js";
import { startDistribution } from "../registries/distribution.js";
import { DEBIAN } from "../registries/index.js";

interface WasmPlugin {
  readonly kind: string;
  readonly spec: { readonly url: string };
}

/** From source to traffic: built, packaged, pushed, named by a WasmPlugin, fetched by Istio's fetcher, run by Envoy. */
export async function checkRoad(bench: Bench): Promise<void> {
  const { checks, folder, tools } = bench;
  const reference = `${await startDistribution(folder, { command: DEBIAN })}/filters/header-transform:v1`;

  const filter = await checks.check("road: built and packaged, twice with the same digest", async () => {
    const once = await bench.filter("compat");
    const again = await asProxyWasmJson<{ manifestDigest: string }>(["package", once.project, "--tag", "v1"]);
    assert.equal(again.manifestDigest, once.manifestDigest);
    return once;
  });
  if (filter === undefined) return;
  const project = ["-C", filter.project];
  const plugin = await checks.check("road: pushed, and pinned by a WasmPlugin", async () => {
    await asProxyWasm(["push", reference, ...project]);
    const resource = await asProxyWasmJson<WasmPlugin>(["manifest", "istio", reference, ...project]);
    assert.equal(resource.kind, "WasmPlugin");
    assert.equal(resource.spec.url, `oci://${reference}@${filter.manifestDigest}`);
    return resource;
  });
  if (plugin === undefined) return;
  const fetched = await checks.check("road: Istio's fetcher loads what the WasmPlugin names", async () => {
    const module = await istioFetcher(await tools.istiofetch, folder)(plugin.spec.url);
    assert.deepEqual(module.wasm, filter.wasm);
    return module;
  });
  if (fetched === undefined) return;
  const entry = await checks.check("road: Envoy's configuration for the fetched module", async () => {
    const { http_filters } = await asProxyWasmJson<{ readonly http_filters: readonly RawFilter[] }>([
      ...["manifest", "envoy", reference, "--module-path", fetched.path],
      ...project,
    ]);
    assert.equal(http_filters.length, 1);
    return http_filters[0]!;
  });
  if (entry === undefined) return;
  const rules = JSON.parse(await readFile(join(example, "filter.json"), "utf8")) as {
    configuration: { request: HeaderRules; response: HeaderRules };
  };
  await checks.check("road: a request through Envoy is answered as the filter says", () =>
    requireFiltered(entry, rules.configuration),
  );
}

const example = join(repository, "examples", "header-transform");

/** A request through Envoy; what is sent and expected follows from the example's own configuration. */
async function requireFiltered(
  filter: RawFilter,
  { request, response }: { readonly request: HeaderRules; readonly response: HeaderRules },
): Promise<void> {
  const upstream = await Http1Server.listen(() => answer(200, touchedBy(response)));
  const envoy = await startEnvoy({
    listeners: [{ kind: "http", name: "web", filters: [filter] }],
    clusters: [{ name: "upstream", port: upstream.port }],
  });
  try {
    const { status, headers } = await http1(envoy.port("web"), { headers: touchedBy(request) });
    assert.equal(status, 200);
    requireChanged(upstream.requests[0]!.headers, request);
    // The connection manager writes `server` after the filters.
    requireChanged(
      headers.filter(([name]) => name !== "server"),
      response,
    );
  } finally {
    await envoy.stop();
    await upstream.stop();
  }
}

interface HeaderRules {
  readonly remove: readonly string[];
  readonly rename: Readonly<Record<string, string>>;
  readonly set: Readonly<Record<string, string>>;
  readonly add: Readonly<Record<string, string>>;
}

/** A header for every rule that needs one to act on. */
const touchedBy = ({ remove, rename }: HeaderRules): Fields =>
  [...remove, ...Object.keys(rename)].map((name) => [name, `before ${name}`]);

function requireChanged(fields: Fields, { remove, rename, set, add }: HeaderRules): void {
  assert.ok(remove.length > 0 && Object.keys(set).length > 0, "the example's rules test too little");
  const headers: Readonly<Record<string, string>> = Object.fromEntries(fields);
  for (const name of [...remove, ...Object.keys(rename)]) assert.equal(headers[name], undefined, name);
  for (const [from, to] of Object.entries(rename)) assert.equal(headers[to], `before ${from}`, to);
  for (const [name, value] of Object.entries({ ...set, ...add })) assert.equal(headers[name], value, name);
}
