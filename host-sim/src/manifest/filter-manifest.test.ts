import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
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
    vmConfiguration: null,
    allowOnHeadersStopIteration: false,
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
  [{ name: "a", kind: "tcp" }, '"kind" must be one of http, network'],
  [{ name: "a", target: "nginx" }, '"target" must be one of envoy, mosn'],
  [{ name: "a", allowOnHeadersStopIteration: "yes" }, '"allowOnHeadersStopIteration" must be a boolean'],
])("refuses %j in one sentence", (value, sentence) => {
  expect(() => parse(value)).toThrow(`filter.json: ${sentence}`);
});

it("refuses what is not JSON", () => {
  expect(() => parseFilterManifest("{", "filter.json")).toThrow("filter.json: it is not JSON");
});

it("says that a filter was not built yet", async () => {
  const manifest = new URL("../../../test/conformance/no-such-folder/filter.json", import.meta.url);
  await expect(loadFilter(manifest)).rejects.toMatchObject({ code: "ERR_MANIFEST" });
});
