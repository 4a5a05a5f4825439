import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { digestOf } from "oras-js";
import { installEnvoy } from "../conformance/envoy/install.mjs";
import { startEnvoy, startUpstream } from "./envoy.mjs";
import { startRegistry } from "./docker-registry.mjs";
import { run } from "./processes.mjs";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const cli = join(repository, "cli", "dist", "main.js");
const project = join(repository, "examples", "header-transform");

/** The whole road of one filter: build, package, push, pull, manifest, Istio's fetcher, Envoy. */
export async function checkRoad(checks, folder, building) {
  const { host } = await startRegistry(folder);
  const reference = `${host}/filters/header-transform:v1`;

  const wasm = await checks.check("as-proxy-wasm build: header-transform compiles", async () => {
    const built = await json("build");
    return readFile(resolve(project, built.wasm));
  });
  const packaged = await checks.check(
    "as-proxy-wasm package: an OCI layout, the module's digest in it",
    async () => {
      const result = await json("package");
      assert.ok(wasm, "there is no module");
      assert.equal(result.wasmDigest, digestOf(wasm));
      return result;
    },
  );
  await checks.check("as-proxy-wasm package: a second time gives the same digest", async () => {
    assert.equal((await json("package")).manifestDigest, packaged?.manifestDigest);
  });
  await checks.check("as-proxy-wasm push: prints the pinned reference", async () => {
    const { stdout } = await asProxyWasm("push", reference);
    assert.equal(stdout.trim(), `${reference}@${packaged?.manifestDigest}`);
  });
  await checks.check("as-proxy-wasm pull: the module as it was built", async () => {
    const file = join(folder, "pulled.wasm");
    await asProxyWasm("pull", reference, "-o", file);
    assert.deepEqual(await readFile(file), wasm);
  });
  const plugin = await checks.check(
    "as-proxy-wasm manifest istio: a WasmPlugin with the pinned image",
    async () => {
      const resource = await json("manifest", "istio", reference);
      assert.equal(resource.kind, "WasmPlugin");
      assert.equal(resource.spec.url, `oci://${reference}@${packaged?.manifestDigest}`);
      return resource;
    },
  );
  const fetched = await checks.check("Istio's fetcher loads the image the WasmPlugin names", async () => {
    assert.ok(plugin, "there is no WasmPlugin");
    const istioFetch = await building;
    const module = await istioFetch(plugin.spec.url);
    assert.deepEqual(module.wasm, wasm);
    return module;
  });
  await checkEnvoy(checks, folder, plugin, fetched);
}

const asProxyWasm = (...args) => run(process.execPath, [cli, ...args], { cwd: project });
const json = async (...args) => JSON.parse((await asProxyWasm(...args, "--json")).stdout);

/** The fetched file in Envoy, configured as istiod does from the WasmPlugin. */
async function checkEnvoy(checks, folder, plugin, fetched) {
  // What is sent and expected follows from the example's own configuration.
  const { request, response } = JSON.parse(
    await readFile(join(project, "filter.json"), "utf8"),
  ).configuration;
  const binary = await checks.check("Envoy installs", () => installEnvoy());
  const upstream = await startUpstream(touchedBy(response));
  try {
    const envoy = await checks.check("Envoy starts with the fetched module", async () => {
      assert.ok(binary !== undefined && plugin !== undefined && fetched !== undefined, "a part is missing");
      return startEnvoy(binary, folder, { plugin, modulePath: fetched.path, upstreamPort: upstream.port });
    });
    const answer = await checks.check("Envoy answers", async () => {
      assert.ok(envoy, "Envoy was not started");
      const got = await fetch(`${envoy.origin}/anything`, { headers: touchedBy(request) });
      assert.equal(got.status, 200);
      return { seenByClient: Object.fromEntries(got.headers), seenByUpstream: await got.json() };
    });
    await checks.check("Envoy: the upstream sees the changed request headers", async () => {
      assert.ok(answer, "there is no answer");
      requireChanged(answer.seenByUpstream, request);
    });
    await checks.check("Envoy: the client sees the changed response headers", async () => {
      assert.ok(answer, "there is no answer");
      // The connection manager writes `server` after the filters.
      const { server: _, ...headers } = answer.seenByClient;
      requireChanged(headers, response);
    });
  } finally {
    await upstream.stop();
  }
}

/** A header for every rule that needs one to act on. */
function touchedBy({ remove = [], rename = {} }) {
  return Object.fromEntries([...remove, ...Object.keys(rename)].map((name) => [name, `before ${name}`]));
}

function requireChanged(headers, { remove = [], rename = {}, set = {}, add = {} }) {
  assert.ok(remove.length > 0 && Object.keys(set).length > 0, "the example's rules test too little");
  for (const name of remove) assert.equal(headers[name], undefined, name);
  for (const [from, to] of Object.entries(rename)) {
    assert.equal(headers[from], undefined, from);
    assert.equal(headers[to], `before ${from}`, to);
  }
  for (const [name, value] of Object.entries({ ...set, ...add })) assert.equal(headers[name], value, name);
}
