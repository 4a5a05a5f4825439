import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { parseFilterManifest } from "./filter-manifest.js";
import { loadFilter } from "./load-filter.js";

const parse = (value: unknown) => parseFilterManifest(JSON.stringify(value), "filter.json");

it("fills in what a manifest leaves out", () => {
  expect(parse({ name: "guard" })).toEqual({
    name: "guard",
    entry: "assembly/index.ts",
    wasm: "build/guard.wasm",
    rootId: "guard",
    kind: "http",
    target: "envoy",
    configuration: null,
    configurationSchema: null,
    vmConfiguration: null,
    allowOnHeadersStopIteration: false,
    failurePolicy: "FAIL_CLOSED",
    reloadConfig: null,
    capabilityRestrictionConfig: null,
    vmId: "",
    environmentVariables: { keyValues: {}, hostEnvKeys: [] },
  });
});

it("takes a filter for MOSN, and does not run it in the simulator", async () => {
  expect(parse({ name: "a", target: "mosn" }).target).toBe("mosn");
  const folder = await mkdtemp(join(tmpdir(), "filter-"));
  const manifest = join(folder, "filter.json");
  await writeFile(manifest, '{ "name": "a", "target": "mosn" }');
  await expect(loadFilter(manifest)).rejects.toThrow('"target" is mosn, and the simulator is an Envoy');
  await rm(folder, { recursive: true });
});

it("sends a string configuration as it is and anything else as JSON", () => {
  expect(parse({ name: "a", configuration: "plain" }).configuration).toBe("plain");
  expect(parse({ name: "a", configuration: { b: [1] } }).configuration).toBe('{"b":[1]}');
  expect(parse({ name: "a", configuration: false }).configuration).toBe("false");
});

it.each([
  [{}, '"name" is missing'],
  [[], "it must be a JSON object"],
  [{ name: "Bad Name" }, '"name" must match pattern'],
  [{ name: "a", rootID: "b" }, '"rootID" is unknown; known are'],
  [{ name: "a", kind: "tcp" }, '"kind" must be one of http, network, access-logger, singleton'],
  [
    { name: "a", failurePolicy: "FAIL_CLOSE" },
    '"failurePolicy" must be one of FAIL_CLOSED, FAIL_OPEN, FAIL_RELOAD',
  ],
  [{ name: "a", reloadConfig: { backoff: {} } }, '"reloadConfig.backoff.baseIntervalMs" is missing'],
  [
    { name: "a", reloadConfig: { backoff: { baseIntervalMs: "1s" } } },
    '"reloadConfig.backoff.baseIntervalMs" must be an integer',
  ],
  [
    { name: "a", environmentVariables: { values: {} } },
    '"environmentVariables.values" is unknown; known are keyValues, hostEnvKeys',
  ],
  [
    { name: "a", environmentVariables: { keyValues: { A: "1" }, hostEnvKeys: ["A"] } },
    '"environmentVariables" has A in keyValues and in hostEnvKeys',
  ],
  [{ name: "a", target: "nginx" }, '"target" must be one of envoy, mosn'],
  [{ name: "a", allowOnHeadersStopIteration: "yes" }, '"allowOnHeadersStopIteration" must be a boolean'],
])("refuses %j in one sentence", (value, sentence) => {
  expect(() => parse(value)).toThrow(`filter.json: ${sentence}`);
});

it("refuses what is not JSON", () => {
  expect(() => parseFilterManifest("{", "filter.json")).toThrow("filter.json: it is not JSON");
});

it("gives the simulator all that Envoy's configuration can say", async () => {
  const folder = await mkdtemp(join(tmpdir(), "filter-"));
  const manifest = join(folder, "filter.json");
  await mkdir(join(folder, "build"));
  await writeFile(join(folder, "build", "a.wasm"), "\0asm");
  const written = {
    name: "a",
    kind: "access-logger",
    vmId: "shared",
    failurePolicy: "FAIL_RELOAD",
    reloadConfig: { backoff: { baseIntervalMs: 250 } },
    capabilityRestrictionConfig: { allowedCapabilities: ["proxy_log"] },
    environmentVariables: {
      keyValues: { REGION: "eu" },
      hostEnvKeys: ["FILTER_TEST_SET", "FILTER_TEST_UNSET"],
    },
  };
  await writeFile(manifest, JSON.stringify(written));
  vi.stubEnv("FILTER_TEST_SET", "here");
  try {
    expect(await loadFilter(manifest)).toMatchObject({
      kind: "access-logger",
      failurePolicy: "FAIL_RELOAD",
      reloadConfig: { backoff: { baseIntervalMs: 250 } },
      capabilityRestrictionConfig: { allowedCapabilities: ["proxy_log"] },
      vmConfig: { vmId: "shared", environmentVariables: { REGION: "eu", FILTER_TEST_SET: "here" } },
    });
    await writeFile(manifest, JSON.stringify({ name: "a", kind: "singleton" }));
    expect(await loadFilter(manifest)).not.toHaveProperty("kind");
  } finally {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  }
});

it("says that a filter was not built yet", async () => {
  const manifest = new URL("../../../test/conformance/no-such-folder/filter.json", import.meta.url);
  await expect(loadFilter(manifest)).rejects.toMatchObject({ code: "ERR_MANIFEST" });
});
