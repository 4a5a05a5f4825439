import {
  CallExpression,
  ClassPrototype,
  DiagnosticCode,
  type File,
  type FunctionPrototype,
  IdentifierExpression,
  NamedTypeNode,
  Node,
  type Program,
  VariableDeclaration,
} from "assemblyscript";
import {
  answers,
  contextExports,
  httpCallbacks,
  meantCallback,
  networkCallbacks,
  pluginCallbacks,
  requiredExports,
} from "./callbacks.js";
import { mosnCallbacks, mosnExports, reportSecondRegistration, reportWhatMosnLacks } from "./mosn.js";
import {
  authorFiles,
  chain,
  classesExtending,
  hasMember,
  hasState,
  isEntry,
  methodNames,
  type Sdk,
} from "./program.js";
import { walk } from "./statements.js";
import type { Target } from "./target.js";
import { type Usage, usageOf } from "./usage.js";

/** One `register…<…>(...)` of the program. */
interface Registration {
  readonly kind: "http" | "network" | "plugin";
  /** As it stands in the program. */
  readonly rootId: string;
  readonly types: readonly (ClassPrototype | null)[];
}

/** The callbacks that run for a request that was answered. */
const AFTER_THE_REQUEST = [
  "onResponseHeaders",
  "onResponseBody",
  "onResponseTrailers",
  "onResponseMetadata",
  "onLog",
  "onDone",
];

/** What a stream can be told to do that depends on what was done to it before. */
const STATEFUL_METHODS = [
  "resumeRequest",
  "resumeResponse",
  "closeStream",
  "collectRequestBody",
  "collectResponseBody",
  "plugin",
];

/** The classes whose use means timers. */
const TIMERS = ["TimerHandler", "TimerCallback", "TimerTask"];

/**
 * Decides, before anything is compiled, what the module exports: the functions left in the exports of a file are compiled,
 * with all they use; the others are not even looked at.
 */
export function chooseExports(program: Program, sdk: Sdk, target: Target): void {
  reportMisspeltCallbacks(program, sdk);

  const registrations = authorFiles(program).flatMap((file) => registrationsIn(file, sdk));
  if (registrations.length === 0) reportNoRegistration(program);
  const usage = usageOf(program);
  const overridden = {
    http: classesExtending(program, sdk.httpFilter).flatMap(methodNames),
    network: classesExtending(program, sdk.networkFilter).flatMap(methodNames),
    plugin: classesExtending(program, sdk.plugin).flatMap(methodNames),
  };
  const usesTimers = TIMERS.some(usage.imports) || usage.mentions("retries");
  // MOSN calls what there is, wanted or not, and so must find its contexts.
  const shared = target === "envoy" && isServedByOneInstance(registrations, sdk, usage);
  if (target === "mosn") {
    reportWhatMosnLacks(program, sdk);
    reportSecondRegistration(program, registrations.length);
  }

  setBuildConstants(sdk.build, {
    SHARED_INSTANCE: shared,
    INTERCHANGEABLE_FILTERS: areInterchangeable(program, sdk, usage),
    COLLECTS_REQUESTS: usage.mentions("collectRequestBody"),
    COLLECTS_RESPONSES: usage.mentions("collectResponseBody"),
    USES_TIMERS: usesTimers,
    USES_HTTP_CALLS: usage.imports("HttpRequest"),
    USES_GRPC: usage.imports("GrpcService"),
    UNKNOWN_ROOT_ID: `root_id must be ${registrations.map(({ rootId }) => rootId).join(" or ")}`,
  });

  setBuildConstants(sdk.target, { IS_MOSN: target === "mosn" });

  const wanted = new Set(requiredExports);
  const add = (names: readonly string[] | undefined) => names?.forEach((name) => wanted.add(name));
  if (!shared) add(contextExports);
  if (usesTimers) add(["proxy_on_tick"]);
  for (const name of overridden.http) add(httpCallbacks.get(name));
  for (const name of overridden.network) add(networkCallbacks.get(name));
  for (const name of overridden.plugin) add(pluginCallbacks.get(name));
  // Who only wants a limit overrides nothing.
  if (usage.mentions("collectRequestBody")) add(httpCallbacks.get("onRequestBodyComplete"));
  if (usage.mentions("collectResponseBody")) add(httpCallbacks.get("onResponseBodyComplete"));
  for (const [name, exports] of answers) if (usage.imports(name)) add(exports);
  if (target === "mosn") add(mosnCallbacks);
  for (const file of sdk.exports) {
    keepExports(file, (name) => {
      if (target === "mosn" && mosnExports.includes(name)) return file === sdk.mosnExports;
      if (target === "mosn" && requiredExports.includes(name)) return false;
      return file !== sdk.mosnExports && wanted.has(name);
    });
  }
  // An entry's own exports would become the module's: they mean nothing to a host.
  for (const file of authorFiles(program).filter(isEntry)) {
    file.exports?.clear();
    file.exportsStar = null;
  }
}

function keepExports({ exports }: File, isWanted: (name: string) => boolean): void {
  for (const name of [...(exports?.keys() ?? [])]) if (!isWanted(name)) exports?.delete(name);
}

function isServedByOneInstance(registrations: readonly Registration[], sdk: Sdk, usage: Usage): boolean {
  const [only, ...others] = registrations;
  if (only?.kind !== "http" || others.length > 0) return false;
  const [filter, plugin] = only.types;
  if (filter == null || plugin !== undefined) return false;
  if (STATEFUL_METHODS.some(usage.mentions)) return false;
  // An answer to a request passes the callbacks of the response: only who never answers there need not know of it.
  if (usage.reaches(AFTER_THE_REQUEST, "sendLocalReply")) return false;
  if ([...answers.keys()].some(usage.imports)) return false;
  // The host calls `proxy_on_done` for plugins too: to tell them from streams they must be remembered.
  return chain(filter, sdk.httpFilter).every(
    (prototype) => !hasState(prototype) && !methodNames(prototype).includes("onDone"),
  );
}

/** Nobody can tell one object of a filter class from another: none is kept anywhere, and none does anything when it is made. */
function areInterchangeable(program: Program, sdk: Sdk, usage: Usage): boolean {
  if (usage.passesThis || usage.imports("HttpRequest") || usage.imports("GrpcService")) return false;
  return [sdk.httpFilter, sdk.networkFilter]
    .flatMap((base) => classesExtending(program, base))
    .every((filter) => filter.constructorPrototype === null);
}

function registrationsIn(file: File, sdk: Sdk): Registration[] {
  const kinds = new Map<unknown, Registration["kind"]>([
    [sdk.registerHttpFilter, "http"],
    [sdk.registerNetworkFilter, "network"],
    [sdk.registerPlugin, "plugin"],
  ] satisfies [FunctionPrototype, Registration["kind"]][]);
  const found: Registration[] = [];
  walk(file.source, (node) => {
    if (!(node instanceof CallExpression) || !(node.expression instanceof IdentifierExpression)) return;
    const kind = kinds.get(file.lookup(node.expression.text));
    if (kind === undefined) return;
    found.push({
      kind,
      rootId: node.args[0]?.range.toString() ?? "",
      types: (node.typeArguments ?? []).map((type) => classNamed(file, type)),
    });
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

function setBuildConstants(file: File, constants: Readonly<Record<string, boolean | string>>): void {
  for (const [name, value] of Object.entries(constants)) {
    const declaration = file.lookupExport(name)?.declaration;
    if (!(declaration instanceof VariableDeclaration))
      throw new Error(`${name} is not in ${file.internalName}`);
    declaration.initializer =
      typeof value === "string"
        ? Node.createStringLiteralExpression(value, declaration.range)
        : value
          ? Node.createTrueExpression(declaration.range)
          : Node.createFalseExpression(declaration.range);
  }
}

/** A method that looks like a callback and overrides nothing would never be called, and nobody would say so. */
function reportMisspeltCallbacks(program: Program, sdk: Sdk): void {
  const report = (base: ClassPrototype, callbacks: ReadonlyMap<string, unknown>): void => {
    for (const prototype of classesExtending(program, base)) {
      const members = [
        ...(prototype.instanceMembers?.values() ?? []),
        ...(prototype.members?.values() ?? []),
      ];
      for (const member of members) {
        const isMethod = member.name !== "constructor" && "typeParameterNodes" in member;
        if (!isMethod || hasMember(base, member.name)) continue;
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
  report(sdk.httpFilter, httpCallbacks);
  report(sdk.networkFilter, networkCallbacks);
  report(sdk.plugin, pluginCallbacks);
}
