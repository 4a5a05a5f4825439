import {
  ClassPrototype,
  CommonFlags,
  ElementKind,
  type File,
  type FunctionPrototype,
  type Program,
  SourceKind,
} from "assemblyscript";

/** The SDK's own elements in a program that uses it. */
export interface Sdk {
  readonly filter: ClassPrototype;
  readonly plugin: ClassPrototype;
  readonly register: FunctionPrototype;
  /** The file whose functions the host calls. */
  readonly exports: File;
  /** The file of values that the transform replaces. */
  readonly build: File;
}

/** Where asc finds the SDK, as a package of the author's project. */
export const SDK_PATH = "~lib/as-proxy-wasm-sdk";

/** The SDK's elements; null in a program that does not import it. */
export function findSdk(program: Program): Sdk | null {
  const file = (path: string): File | null => program.filesByName.get(`${SDK_PATH}/assembly/${path}`) ?? null;
  const filter = file("http-filter")?.lookupExport("HttpFilter");
  const plugin = file("plugin")?.lookupExport("Plugin");
  const register = file("dispatch/registry")?.lookupExport("registerHttpFilter");
  const exports = file("dispatch/exports");
  const build = file("dispatch/build");
  if (!filter || !plugin || !register || exports === null || build === null) return null;
  return {
    filter: filter as ClassPrototype,
    plugin: plugin as ClassPrototype,
    register: register as FunctionPrototype,
    exports,
    build,
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
