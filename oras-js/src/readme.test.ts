import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { fetchBytes } from "./content.js";
import { fetchManifest } from "./manifest.js";
import { OciLayout } from "./layout/oci-layout.js";
import { startRegistry } from "./testing/registry.js";

test("the examples in README.md do what they say, one after the other", async () => {
  const registry = await startRegistry();
  const folder = await mkdtemp(join(tmpdir(), "readme-"));
  vi.stubEnv("DOCKER_CONFIG", folder);
  try {
    const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
    const examples = [...readme.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code]) => code!);
    expect(examples.length).toBe(2);
    for (const [index, code] of examples.entries()) {
      const file = join(folder, `example-${index}.ts`);
      const here = code
        .replace('"oras-js"', JSON.stringify(new URL("index.ts", import.meta.url).pathname))
        .replace("localhost:5000", registry.host)
        .replace("build/oci", join(folder, "oci"));
      await writeFile(file, here);
      await import(/* @vite-ignore */ file);
    }
    const layout = await OciLayout.open(join(folder, "oci"));
    const { layers } = await fetchManifest(layout, await layout.resolve("v1"));
    expect(new TextDecoder().decode(await fetchBytes(layout, layers[0]!))).toBe("hello");
  } finally {
    vi.unstubAllEnvs();
    await registry.stop();
    await rm(folder, { recursive: true });
  }
});
