import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { compileFilter, repository } from "../lab/index.js";

/** A whole filter that a page of the guide shows. */
export interface Snippet {
  /** The page, without `.md`. */
  readonly page: string;
  /** The root id of its first registration, unique in the guide. */
  readonly name: string;
  readonly source: string;
}

const GUIDE = join(repository, "docs", "guide");

/** The pages of the guide, without `.md` and without the index. */
export async function guidePages(): Promise<string[]> {
  const files = await readdir(GUIDE);
  return files
    .filter((file) => file.endsWith(".md") && file !== "README.md")
    .map((file) => file.slice(0, -".md".length))
    .sort();
}

export function readPage(page: string): Promise<string> {
  return readFile(join(GUIDE, `${page}.md`), "utf8");
}

/** The snippets of a page that are whole filters: TypeScript with a `register…` call. */
export async function snippetsOf(page: string): Promise<Snippet[]> {
  const text = await readPage(page);
  const snippets: Snippet[] = [];
  for (const [, source = ""] of text.matchAll(/^```ts\n(.*?)^```$/gms)) {
    const name = /^register\w+<[^>]+>\("([^"]+)"\)/m.exec(source)?.[1];
    if (name !== undefined) snippets.push({ page, name, source });
  }
  return snippets;
}

/** All snippets of the guide. */
export async function allSnippets(): Promise<Snippet[]> {
  const pages = await guidePages();
  return (await Promise.all(pages.map(snippetsOf))).flat();
}

const compiling = new Map<string, Promise<string>>();

/** Compiles a snippet as it stands in its page; gives the module's path. What did not change is not compiled again. */
export function compileSnippet(snippet: Snippet): Promise<string> {
  const running = compiling.get(snippet.name) ?? compile(snippet);
  compiling.set(snippet.name, running);
  return running;
}

async function compile({ name, source }: Snippet): Promise<string> {
  const entry = `.cache/guide/${name}/${name}.ts`;
  const path = join(repository, entry);
  if ((await readFile(path, "utf8").catch(() => null)) !== source) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, source);
  }
  return compileFilter(entry);
}
