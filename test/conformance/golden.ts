import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";

import { groups, type Group, type Transcript } from "./transcript.js";

/** What a real Envoy did with a case, as checked in. */
export interface Golden {
  readonly moduleSha256: string;
  readonly transcript: Transcript;
}

/** `golden/FILTER/CONFIGURATION/RECORDING.txt` */
export const goldenPath = (folder: string, caseName: string) => join(folder, `${caseName}.txt`);

export async function readGolden(folder: string, caseName: string): Promise<Golden | null> {
  try {
    return parse(await readFile(goldenPath(folder, caseName), "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

export async function writeGolden(folder: string, caseName: string, golden: Golden): Promise<void> {
  const path = goldenPath(folder, caseName);
  const unfinished = `${path}.${process.pid}`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(unfinished, format(golden));
  await rename(unfinished, path);
}

/** Removes the results of cases that are no more. */
export async function pruneGolden(folder: string, caseNames: readonly string[]): Promise<void> {
  for (const name of await goldenNames(folder)) {
    if (!caseNames.includes(name)) await rm(goldenPath(folder, name));
  }
}

export async function goldenNames(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return [];
      throw error;
    },
  );
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".txt"))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).slice(0, -".txt".length));
}

// A section a comparison, its lines indented, so that no line can be taken for a heading.
function format({ moduleSha256, transcript }: Golden): string {
  const sections = groups.map(
    (group) => `\n${group}\n${transcript[group].map((line) => `  ${line}\n`).join("")}`,
  );
  return `module ${moduleSha256}\n${sections.join("")}`;
}

function parse(text: string): Golden {
  const transcript = Object.fromEntries(groups.map((group): [Group, string[]] => [group, []])) as Record<
    Group,
    string[]
  >;
  const [first = "", ...lines] = text.split("\n");
  let section: string[] = [];
  for (const line of lines) {
    if (line.startsWith("  ")) section.push(line.slice(2));
    else if (line !== "") section = transcript[line as Group];
  }
  return { moduleSha256: first.replace(/^module /, ""), transcript };
}
