import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { fetchBytes } from "./content.js";
import { fetchManifest } from "./manifest.js";
import { OciLayout } from "./layout/oci-layout.js";
import { startRegistry, type TestRegistry } from "./testing/registry.js";

let registry: TestRegistry;
let folder: string;

beforeEach(async () => {
  registry = await startRegistry();
  folder = await mkdtemp(join(tmpdir(), "readme-"));
  vi.stubEnv("DOCKER_CONFIG", folder);
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await registry.stop();
  await rm(folder, { recursive: true });
});

/** Runs the examples of a page, one after the other, with this test's registry and folder. */
async function runExamples(page: string): Promise<void> {
  const text = await readFile(new URL(`../${page}`, import.meta.url), "utf8");
  const examples = [...text.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code]) => code!);
  expect(examples.length).toBeGreaterThan(1);
  for (const [index, code] of examples.entries()) {
    const file = join(folder, `example-${index}.ts`);
    const here = code
      .replace('"oras-js"', JSON.stringify(new URL("index.ts", import.meta.url).pathname))
      .replaceAll("localhost:5000", registry.host)
      .replaceAll(/"(build\/oci|greeting\.tar)"/g, (_, path: string) => JSON.stringify(join(folder, path)));
    await writeFile(file, here);
    await import(/* @vite-ignore */ file);
  }
}

test("the examples in README.md do what they say, one after the other", async () => {
  await runExamples("README.md");
  const layout = await OciLayout.open(join(folder, "build/oci"));
  const { layers } = await fetchManifest(layout, await layout.resolve("v1"));
  expect(new TextDecoder().decode(await fetchBytes(layout, layers[0]!))).toBe("hello");
});

test.each(["docs/artifacts.md", "docs/targets.md"])("so do those in %s", async (page) => {
  const wrong = vi.spyOn(console, "assert").mockImplementation((right) => expect(right).toBe(true));
  const said = vi.spyOn(console, "error").mockImplementation(() => undefined);
  await runExamples(page);
  expect(wrong).toHaveBeenCalled();
  if (page.endsWith("targets.md")) {
    expect(said).toHaveBeenCalledWith(expect.stringMatching(/^The tag "v9" is not in /));
  }
});
