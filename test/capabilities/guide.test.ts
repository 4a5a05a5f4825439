import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { repository } from "../lab/index.js";
import { capabilities } from "./cases/index.js";
import { isOffered, sdkSources } from "./coverage/symbols.js";
import { allSnippets, compileSnippet, guidePages, readPage } from "./guide.js";

const pages = await guidePages();
const snippets = await allSnippets();
const sources = await sdkSources();

describe("the guide", () => {
  it("has a real Envoy try every page", () => {
    expect(capabilities.map(({ page }) => page).sort()).toEqual(pages);
  });

  it("has every page in its index, in the order of the cases", async () => {
    const index = await readFile(join(repository, "docs", "guide", "README.md"), "utf8");
    const linked = [...index.matchAll(/\]\(([\w-]+)\.md\)/g)].map(([, page]) => page);
    expect(linked).toEqual(capabilities.map(({ page }) => page));
  });

  it.each(pages)("%s has a filter, and links that lead somewhere", async (page) => {
    expect(snippets.some((snippet) => snippet.page === page)).toBe(true);
    const links = [...(await readPage(page)).matchAll(/\]\(([\w-]+)\.md(?:#[\w-]+)?\)/g)];
    for (const [, target = ""] of links) expect(pages).toContain(target);
  });

  it.each(pages)("%s ends with names that the SDK has", async (page) => {
    const [, list = ""] = (await readPage(page)).split(/^Names: /m);
    const names = [...list.matchAll(/`([\w.]+)`/g)].map(([, name = ""]) => name);
    expect(names).not.toEqual([]);
    expect(names.filter((name) => !isOffered(sources, name))).toEqual([]);
  });

  it.each(snippets)("$page: $name imports only what the package offers", async ({ source }) => {
    const manifest = JSON.parse(await readFile(join(repository, "sdk", "package.json"), "utf8")) as {
      exports: Record<string, unknown>;
    };
    for (const [, path = ""] of source.matchAll(/from "([^"]+)"/g))
      expect(Object.keys(manifest.exports)).toContain(path.replace(/^as-proxy-wasm-sdk/, "."));
  });

  it("names each filter once", () => {
    const names = snippets.map(({ name }) => name);
    expect([...new Set(names)]).toEqual(names);
  });
});

describe("a filter of the guide compiles as it stands there:", () => {
  it.each(snippets)("$page: $name", async (snippet) => {
    expect(await compileSnippet(snippet)).toMatch(/\.wasm$/);
  });
});
