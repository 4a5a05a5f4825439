import { readFile } from "node:fs/promises";

import { envoyVersions, versionDifferences } from "as-proxy-wasm-sim";
import { expect, it } from "vitest";

import { allCases } from "./cases.js";
import { fileURLToPath } from "node:url";

it("tells of every difference between releases in the docs", async () => {
  const page = await readFile(new URL("../../docs/envoy-versions.md", import.meta.url), "utf8");
  for (const { subject, before, after, since } of versionDifferences) {
    const row = page.split("\n").find((line) => line.includes(subject));
    const cells = row?.split("|").map((cell) => cell.trim());
    expect(cells?.slice(1, 5)).toEqual([subject, `before ${since}: ${before}`, after, expect.any(String)]);
  }
});

it("names cases that exist, and releases that are known", async () => {
  const names = (await allCases(fileURLToPath(new URL(".", import.meta.url)))).map(({ name }) => name);
  for (const { cases, since } of versionDifferences) {
    expect(names).toEqual(expect.arrayContaining([...cases]));
    expect(envoyVersions.slice(1)).toContain(since);
  }
});
