import { readFile } from "node:fs/promises";

import { describe, expect, it } from "vitest";

import { compile } from "./compile.js";

const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
const programs = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, source = ""]) => source);
const links = [...readme.matchAll(/\]\((\.\.?\/[^)#]+)\)/g)].map(([, target = ""]) => target);

describe("sdk/README.md", () => {
  it("shows whole filters", () => {
    expect(programs.length).toBeGreaterThan(0);
    for (const program of programs) expect(program).toMatch(/^register\w+<.*>\("[\w-]+"\);$/m);
  });

  it.each(programs.map((source) => [/\("([\w-]+)"\);\n$/.exec(source)?.[1], source] as const))(
    "has a filter %s that compiles as it stands there",
    async (_name, source) => {
      const { wasm, output } = await compile(source);
      expect(output).toBe("");
      expect(wasm).not.toBeNull();
    },
  );

  it.each(links)("links to %s, which is there", async (target) => {
    await expect(readFile(new URL(`../${target}`, import.meta.url))).resolves.toBeDefined();
  });
});
