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
  if (name === "properties") return member === undefined || isProperty(assembly, member);
  // A base class need not be offered itself.
  const isBase = assembly.some((source) => new RegExp(`extends ${name}\\b`).test(source));
  if (!isBase && !new RegExp(`\\b${name}\\b`).test(entries)) return false;
  const declarations = declaring(assembly, name);
  return declarations.length > 0 && (member === undefined || hasMember(assembly, name, member));
}

/** The groups of `properties` are modules. */
const isProperty = (assembly: readonly string[], group: string) =>
  assembly.some((source) => new RegExp(`^export \\{.*\\b${group}\\b`, "m").test(source));

const declaring = (assembly: readonly string[], name: string) =>
  assembly.filter((source) =>
    new RegExp(`^export (?:abstract )?(?:class|function|namespace|enum|const) ${name}\\b`, "m").test(source),
  );

/** Whether a class or namespace has a member, be it one of a base class. */
function hasMember(assembly: readonly string[], name: string, member: string): boolean {
  const declared = new RegExp(
    `^ {2,4}(?:export function |static |abstract |get )?(?:readonly )?${member}\\b(?:<[^>]*>)?\\s*[(:]`,
    "m",
  );
  const sources = declaring(assembly, name);
  if (sources.some((source) => declared.test(source))) return true;
  const base = sources
    .map((source) => new RegExp(`class ${name}\\b[^{]*? extends (\\w+)`).exec(source)?.[1])
    .find((found) => found !== undefined);
  return base !== undefined && hasMember(assembly, base, member);
}
