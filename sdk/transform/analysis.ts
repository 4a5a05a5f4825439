import {
  CallExpression,
  ClassPrototype,
  DiagnosticCode,
  type File,
  IdentifierExpression,
  NamedTypeNode,
  Node,
  type Program,
  VariableDeclaration,
} from "assemblyscript";
import { filterCallbacks, meantCallback, pluginCallbacks, requiredExports } from "./callbacks.js";
import { authorFiles, chain, classesExtending, hasState, isEntry, methodNames, type Sdk } from "./program.js";
import { walk } from "./statements.js";

/** One `registerHttpFilter<filter, plugin>(...)` of the program. */
interface Registration {
  readonly filter: ClassPrototype | null;
  readonly plugin: ClassPrototype | null;
}

/**
 * Decides, before anything is compiled, what the module exports: the functions left in the exports of a file are compiled,
 * with all they use; the others are not even looked at.
 */
export function chooseExports(program: Program, sdk: Sdk): void {
  reportMisspeltCallbacks(program, sdk);

  const registrations = authorFiles(program).flatMap((file) => registrationsIn(file, sdk));
  if (registrations.length === 0) reportNoRegistration(program);
  const shared = isServedByOneInstance(registrations, sdk);
  setBuildConstant(sdk.build, "SHARED_INSTANCE", shared);

  const wanted = new Set(requiredExports);
  if (!shared) wanted.add("proxy_on_delete");
  addOverridden(wanted, classesExtending(program, sdk.filter), filterCallbacks);
  addOverridden(wanted, classesExtending(program, sdk.plugin), pluginCallbacks);
  for (const name of [...(sdk.exports.exports?.keys() ?? [])]) {
    if (!wanted.has(name)) sdk.exports.exports?.delete(name);
  }
  // An entry's own exports would become the module's: they mean nothing to a host.
  for (const file of authorFiles(program).filter(isEntry)) {
    file.exports?.clear();
    file.exportsStar = null;
  }
}

function addOverridden(
  wanted: Set<string>,
  classes: readonly ClassPrototype[],
  callbacks: ReadonlyMap<string, string>,
): void {
  for (const name of classes.flatMap(methodNames)) {
    const exported = callbacks.get(name);
    if (exported !== undefined) wanted.add(exported);
  }
}

function isServedByOneInstance(registrations: readonly Registration[], sdk: Sdk): boolean {
  const [only, ...others] = registrations;
  if (only === undefined || others.length > 0 || only.filter === null || only.plugin !== null) return false;
  const classes = chain(only.filter, sdk.filter);
  // The host calls `proxy_on_done` for plugins too: to tell them from streams they must be remembered.
  return classes.every((prototype) => !hasState(prototype) && !methodNames(prototype).includes("onDone"));
}

function registrationsIn(file: File, sdk: Sdk): Registration[] {
  const found: Registration[] = [];
  walk(file.source, (node) => {
    if (!(node instanceof CallExpression) || !(node.expression instanceof IdentifierExpression)) return;
    if (file.lookup(node.expression.text) !== sdk.register) return;
    const [filter, plugin] = (node.typeArguments ?? []).map((type) => classNamed(file, type));
    found.push({ filter: filter ?? null, plugin: plugin ?? null });
  });
  return found;
}

function classNamed(file: File, type: Node): ClassPrototype | null {
  if (!(type instanceof NamedTypeNode) || type.name.next !== null) return null;
  const element = file.lookup(type.name.identifier.text, true);
  return element instanceof ClassPrototype ? element : null;
}

function reportNoRegistration(program: Program): void {
  const entry = authorFiles(program).find(isEntry);
  if (entry === undefined) return;
  program.error(
    DiagnosticCode.User_defined_0,
    entry.source.range,
    "No filter is registered. End the entry with 'registerHttpFilter<YourFilter>(\"your-root-id\");'.",
  );
}

function setBuildConstant(file: File, name: string, value: boolean): void {
  const declaration = file.lookupExport(name)?.declaration;
  if (!(declaration instanceof VariableDeclaration))
    throw new Error(`${name} is not in ${file.internalName}`);
  declaration.initializer = value
    ? Node.createTrueExpression(declaration.range)
    : Node.createFalseExpression(declaration.range);
}

/** A method that looks like a callback and overrides nothing would never be called, and nobody would say so. */
function reportMisspeltCallbacks(program: Program, sdk: Sdk): void {
  const report = (base: ClassPrototype, callbacks: ReadonlyMap<string, string>): void => {
    for (const prototype of classesExtending(program, base)) {
      const members = [
        ...(prototype.instanceMembers?.values() ?? []),
        ...(prototype.members?.values() ?? []),
      ];
      for (const member of members) {
        const isMethod = member.name !== "constructor" && "typeParameterNodes" in member;
        if (!isMethod || base.instanceMembers?.has(member.name)) continue;
        const meant = meantCallback(member.name, callbacks.keys());
        if (meant === null) continue;
        program.error(
          DiagnosticCode.User_defined_0,
          "identifierNode" in member ? (member.identifierNode as Node).range : prototype.identifierNode.range,
          `'${member.name}' looks like a callback but overrides nothing in '${base.name}', so it would never be ` +
            `called. Did you mean '${meant}'? A helper of your own needs a name that does not start with 'on'.`,
        );
      }
    }
  };
  report(sdk.filter, filterCallbacks);
  report(sdk.plugin, pluginCallbacks);
}
