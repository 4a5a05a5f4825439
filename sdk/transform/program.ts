import {
  ClassPrototype,
  CommonFlags,
  type Element,
  ElementKind,
  type File,
  type FunctionPrototype,
  type Program,
  SourceKind,
} from "assemblyscript";

/** The SDK's own elements in a program that uses it. */
export interface Sdk {
  readonly httpFilter: ClassPrototype;
  readonly networkFilter: ClassPrototype;
  readonly plugin: ClassPrototype;
  readonly registerHttpFilter: FunctionPrototype;
  readonly registerNetworkFilter: FunctionPrototype;
  readonly registerPlugin: FunctionPrototype;
  /** The files whose functions the host calls. */
  readonly exports: readonly File[];
  /** The files of values that the transform replaces. */
  readonly build: File;
  readonly target: File;
  /** Those of `exports` that stand for others in a module for MOSN. */
  readonly mosnExports: File;
}

/** Where asc finds the SDK, as a package of the author's project. */
export const SDK_PATH = "~lib/as-proxy-wasm-sdk";

/** The files whose functions the host calls. */
export const EXPORTS_PATH = `${SDK_PATH}/assembly/dispatch/exports/`;

/** The SDK's elements; null in a program that does not import it. */
export function findSdk(program: Program): Sdk | null {
  const file = (path: string): File | null => program.filesByName.get(`${SDK_PATH}/assembly/${path}`) ?? null;
  const build = file("context/build");
  const registry = file("dispatch/registry");
  const target = file("abi/target");
  const mosnExports = file("dispatch/exports/mosn");
  if (build === null || registry === null || target === null || mosnExports === null) return null;
  const element = <T extends Element>(from: File | null, name: string): T => {
    const found = from?.lookupExport(name);
    if (!found) throw new Error(`${name} is not where the transform looks for it in the SDK`);
    return found as Element as T;
  };
  return {
    httpFilter: element(file("http/http-filter"), "HttpFilter"),
    networkFilter: element(file("network/network-filter"), "NetworkFilter"),
    plugin: element(file("plugin/plugin"), "Plugin"),
    registerHttpFilter: element(registry, "registerHttpFilter"),
    registerNetworkFilter: element(registry, "registerNetworkFilter"),
    registerPlugin: element(registry, "registerPlugin"),
    exports: [...program.filesByName.values()].filter(({ source }) =>
      source.internalPath.startsWith(EXPORTS_PATH),
    ),
    build,
    target,
    mosnExports,
  };
}

/** The files of the author's project; packages, the SDK and the standard library are left out. */
export function authorFiles(program: Program): File[] {
  return [...program.filesByName.values()].filter(
    (file) => !file.source.isNative && !file.source.internalPath.startsWith("~lib/"),
  );
}

export function isEntry(file: File): boolean {
  return file.source.sourceKind === SourceKind.UserEntry;
}

/** The classes below `base`, in the order of the program. */
export function classesExtending(program: Program, base: ClassPrototype): ClassPrototype[] {
  const found: ClassPrototype[] = [];
  for (const element of program.elementsByDeclaration.values()) {
    if (element instanceof ClassPrototype && element !== base && element.extends(base)) found.push(element);
  }
  return found;
}

/** A class and those it extends, up to and without `base`. */
export function chain(prototype: ClassPrototype, base: ClassPrototype): ClassPrototype[] {
  const classes: ClassPrototype[] = [];
  for (let at: ClassPrototype | null = prototype; at !== null && at !== base; at = at.basePrototype) {
    classes.push(at);
  }
  return classes;
}

/** Whether a class or one that it extends has a member of this name. */
export function hasMember(prototype: ClassPrototype, name: string): boolean {
  for (let at: ClassPrototype | null = prototype; at !== null; at = at.basePrototype) {
    if (at.instanceMembers?.has(name)) return true;
  }
  return false;
}

/** The names of a class's own methods. */
export function methodNames(prototype: ClassPrototype): string[] {
  return [...(prototype.instanceMembers ?? [])]
    .filter(([, member]) => member.kind === ElementKind.FunctionPrototype)
    .map(([name]) => name);
}

/** Whether instances of a class hold anything: fields of its own, or a constructor that might do something. */
export function hasState(prototype: ClassPrototype): boolean {
  if (prototype.constructorPrototype !== null) return true;
  return [...(prototype.instanceMembers?.values() ?? [])].some(
    (member) =>
      member.kind === ElementKind.PropertyPrototype &&
      "isField" in member &&
      member.isField === true &&
      !member.is(CommonFlags.Static),
  );
}
