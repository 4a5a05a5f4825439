import { type DeclarationStatement } from "assemblyscript";

import {
  describe,
  describeModule,
  exportedNames,
  find,
  type Place,
  type PublicSymbol,
} from "./declarations.js";
import type { SourceFile, SourceFiles } from "./source-file.js";

/** A file that authors import, and what they find in it. */
export interface Entry {
  /** From the SDK's folder: `json.ts`. */
  readonly path: string;
  /** What an author writes: `as-proxy-wasm-sdk/json`. */
  readonly specifier: string;
  readonly symbols: readonly PublicSymbol[];
}

/** The entries of the SDK's package.json, the core first. */
export function readSurface(files: SourceFiles, paths: readonly string[]): Entry[] {
  const places = paths.map((path) => {
    const file = files.read(path);
    return {
      path,
      exports: exportedNames(file).map((name) => ({ name, place: placeOf(files, file, name) })),
    };
  });
  const names = new Map<DeclarationStatement, string>();
  for (const { name, place } of places.flatMap(({ exports }) => exports)) {
    if ("declaration" in place) names.set(place.declaration, name);
  }
  const isPublic = ({ declaration }: Place): string | null => names.get(declaration) ?? null;
  return places.map(({ path, exports }) => ({
    path,
    specifier: path === "index.ts" ? "as-proxy-wasm-sdk" : `as-proxy-wasm-sdk/${path.replace(/\.ts$/, "")}`,
    symbols: exports
      .flatMap(({ name, place }) =>
        "declaration" in place ? describe(files, name, place, isPublic) : modules(files, name, place),
      )
      .filter((symbol) => symbol !== null),
  }));
}

/** The entries a package.json exports as AssemblyScript, the core first. */
export function entryPaths(packageJson: { exports: Record<string, unknown> }): string[] {
  return Object.values(packageJson.exports).flatMap((target) => {
    const path = typeof target === "object" && target !== null && "default" in target ? target.default : null;
    return typeof path === "string" && path.endsWith(".ts") ? [path.replace(/^\.\//, "")] : [];
  });
}

function placeOf(files: SourceFiles, file: SourceFile, name: string): Place | SourceFile {
  const place = find(files, file, name);
  if (place === null) throw new Error(`${file.path} exports ${name}, which is nowhere to be found`);
  return place;
}

/** A module exported as a whole, and those in it: `properties`, `properties.request`. */
function modules(files: SourceFiles, name: string, file: SourceFile): PublicSymbol[] {
  const inner = exportedNames(file)
    .map((member) => [member, find(files, file, member)] as const)
    .filter((pair): pair is [string, SourceFile] => pair[1] !== null && "statements" in pair[1]);
  return [
    describeModule(name, file),
    ...inner.map(([member, module]) => describeModule(`${name}.${member}`, module)),
  ];
}
