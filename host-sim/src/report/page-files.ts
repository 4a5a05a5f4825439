import { readFileSync } from "node:fs";

/** The page as it was built from `page/`: beside both the bundle and the sources stands `dist/page`. */
const folder = new URL("../../dist/page/", import.meta.url);

export interface PageFiles {
  readonly script: string;
  readonly style: string;
}

let files: PageFiles | null = null;

export function pageFiles(): PageFiles {
  const read = (name: string): string => readFileSync(new URL(name, folder), "utf8");
  return (files ??= { script: read("report.js"), style: read("report.css") });
}
