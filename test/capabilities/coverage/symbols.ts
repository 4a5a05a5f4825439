import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { repository } from "../../lab/index.js";

const SDK = join(repository, "sdk");

/** The sources of the SDK, and the files that a filter imports. */
export interface SdkSources {
  readonly assembly: readonly string[];
  readonly entries: string;
}

export async function sdkSources(): Promise<SdkSources> {
  const read = (names: readonly string[]) =>
    Promise.all(
      names.filter((name) => name.endsWith(".ts")).map((name) => readFile(join(SDK, name), "utf8")),
    );
  const inside = await readdir(join(SDK, "assembly"), { recursive: true });
  return {
    assembly: await read(inside.map((name) => join("assembly", name))),
    entries: (await read(await readdir(SDK))).join("\n"),
  };
}

/** Whether a filter can use `Class`, `Class.member`, `namespace.member` or `function`. */
export function isOffered({ assembly, entries }: SdkSources, symbol: string): boolean {
  const [name = "", member] = symbol.split(".");
  const declared = new RegExp(
    `^export (?:abstract |const )?(?:class|function|namespace|enum|const) ${name}\\b`,
    "m",
  );
  const sources = assembly.filter((source) => declared.test(source));
  if (name === "properties") return new RegExp(`^export \\{.*\\b${member}\\b`, "m").test(assembly.join("\n"));
  if (sources.length === 0) return false;
  // A base class need not be offered itself.
  const offered =
    new RegExp(`\\b${name}\\b`).test(entries) || new RegExp(`extends ${name}\\b`).test(assembly.join("\n"));
  if (!offered) return false;
  if (member === undefined) return true;
  const has = new RegExp(
    `^ {2,4}(?:export function |static |abstract |readonly |get )?(?:readonly )?${member}\\b(?:<[^>]*>)?\\s*[(:]`,
    "m",
  );
  return sources.some((source) => has.test(source)) || hasInherited(assembly, name, has);
}

function hasInherited(assembly: readonly string[], name: string, has: RegExp): boolean {
  const base = new RegExp(`class ${name}\\b[^{]*? extends (\\w+)`);
  const parent = assembly.map((source) => base.exec(source)?.[1]).find((found) => found !== undefined);
  if (parent === undefined) return false;
  const sources = assembly.filter((source) => new RegExp(`class ${parent}\\b`).test(source));
  return sources.some((source) => has.test(source)) || hasInherited(assembly, parent, has);
}
