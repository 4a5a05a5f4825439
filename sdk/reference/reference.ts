import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { format, resolveConfig } from "prettier";

import { sectionAnchors } from "./anchors.js";
import { renderAll } from "./markdown.js";
import { layOut, type Page } from "./pages.js";
import { SourceFiles } from "./source-file.js";
import { entryPaths, readSurface } from "./surface.js";

/** The reference's folder, from the repository's. */
export const REFERENCE_FOLDER = "docs/reference";

/** What is on the pages. */
export async function readPages(repository: string): Promise<Page[]> {
  const packageJson = JSON.parse(await readFile(join(repository, "sdk", "package.json"), "utf8"));
  return layOut(readSurface(new SourceFiles(join(repository, "sdk")), entryPaths(packageJson)));
}

/** The files of the reference as they are to be. Signatures are no programs, so only the text around them is formatted. */
export async function makeReference(repository: string): Promise<Map<string, string>> {
  const abi = await readFile(join(repository, "docs", "abi.md"), "utf8");
  const files = renderAll(await readPages(repository), { abiSections: sectionAnchors(abi) });
  const config = await resolveConfig(join(repository, REFERENCE_FOLDER, "README.md"));
  return new Map(
    await Promise.all(
      [...files].map(async ([name, text]): Promise<[string, string]> => [
        name,
        await format(text, { ...config, parser: "markdown", embeddedLanguageFormatting: "off" }),
      ]),
    ),
  );
}
