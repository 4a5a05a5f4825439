import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { collectCoverage, Envoy, type PluginConfig, readRecording, resetCoverage } from "as-proxy-wasm-sim";
import coverageLibrary from "istanbul-lib-coverage";
import { describe, expect, it } from "vitest";
import { compile } from "../../cli/src/compiler/compile.js";
import { openProject } from "../../cli/src/project/project.js";

/** The module of an example, as it is shipped and as it is tested. */
async function plugin(example: string, coverage: boolean): Promise<PluginConfig> {
  const folder = fileURLToPath(new URL(`../../examples/${example}`, import.meta.url));
  const { manifest, entry, wasm } = await openProject(folder);
  const compiled = await compile({
    folder,
    entry,
    wasm,
    debug: false,
    coverage,
    target: "envoy",
    colour: false,
  });
  if (compiled.kind === "refused") throw new Error(compiled.diagnostics);
  return {
    name: manifest.name,
    rootId: manifest.rootId,
    configuration: manifest.configuration,
    allowOnHeadersStopIteration: manifest.allowOnHeadersStopIteration,
    vmConfig: { vmId: "", code: compiled.wasm, configuration: null, sourceRoot: folder },
  };
}

/** Everything that a process prints while it replays an example's recordings. */
async function replay(example: string, filter: PluginConfig): Promise<readonly string[]> {
  const envoy = await Envoy.start({
    plugins: [filter],
    workers: 2,
    wasmLogLevel: "trace",
    clock: { wallNanoseconds: () => 0n, monotonicNanoseconds: () => 0n },
  });
  const folder = new URL(`../../examples/${example}/recordings/`, import.meta.url);
  let count = 0;
  for (const name of (await readdir(folder)).toSorted())
    for (const stream of await readRecording(new URL(name, folder)))
      await envoy.replay(stream, { worker: count++ % 2 });
  envoy.stop();
  return [...envoy.logs, ...envoy.trace]
    .toSorted((a, b) => a.sequence - b.sequence)
    .map(({ thread, text }) => `${thread} ${text}`);
}

describe.each(["hello", "header-transform", "api-key", "json-guard"])("of the example %s", (example) => {
  it("is counted without a trace: every call, every address, every byte is the same", async () => {
    const [shipped, counted] = await Promise.all([plugin(example, false), plugin(example, true)]);
    resetCoverage();
    const plain = await replay(example, shipped);
    expect(Object.keys(collectCoverage())).toEqual([]);
    expect(plain.length).toBeGreaterThan(40);
    expect(await replay(example, counted)).toEqual(plain);

    const coverage = coverageLibrary.createCoverageMap(collectCoverage() as coverageLibrary.CoverageMapData);
    expect(coverage.files().map((file) => file.replace(/^.*\/examples\//, ""))).toContain(
      `${example}/assembly/index.ts`,
    );
    const { lines, functions } = coverage.getCoverageSummary();
    expect(lines.pct).toBeGreaterThan(80);
    expect(functions.covered).toBeGreaterThan(0);
  });
});

it("adds up over Envoys, threads and VMs, and merges with what another process counted", async () => {
  const filter = await plugin("json-guard", true);
  const callbacks = async () => {
    resetCoverage();
    await replay("json-guard", filter);
    const file = Object.values(collectCoverage()).find(({ path }) => path.endsWith("index.ts"));
    const [id] = Object.entries(file!.fnMap).find(([, { name }]) => name.endsWith("onRequestHeaders"))!;
    return { file: file!, count: file!.f[id]!, id };
  };
  const once = await callbacks();
  expect(once.count).toBeGreaterThan(1);
  expect((await callbacks()).count).toBe(once.count);

  await replay("json-guard", filter);
  expect(collectCoverage()[once.file.path]!.f[once.id]).toBe(2 * once.count);

  const merged = coverageLibrary.createCoverageMap({});
  for (let process = 0; process < 3; process++)
    merged.merge({
      [once.file.path]: structuredClone(once.file),
    } as unknown as coverageLibrary.CoverageMapData);
  expect(merged.fileCoverageFor(once.file.path).f[once.id]).toBe(3 * once.count);
});
