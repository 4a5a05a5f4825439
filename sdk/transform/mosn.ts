import {
  type ClassPrototype,
  DiagnosticCode,
  ImportStatement,
  type Program,
  PropertyAccessExpression,
  type Range,
} from "assemblyscript";
import { httpCallbacks } from "./callbacks.js";
import { authorFiles, classesExtending, type Sdk } from "./program.js";
import { walk } from "./statements.js";

/** What stands in `exports/mosn.ts`, in place of exports of the same name and of those that MOSN does not know. */
export const mosnExports: readonly string[] = ["proxy_abi_version_0_1_0", "malloc", "proxy_on_vm_start"];

/** What MOSN calls whether a module has it or not: what is missing is an error in its log, and the stream stops. */
export const mosnCallbacks: readonly string[] = [
  "proxy_on_context_create",
  "proxy_on_configure",
  "proxy_on_done",
  "proxy_on_delete",
  ...[...httpCallbacks.values()].flat().filter((name) => /_(headers|body|trailers)$/.test(name)),
];

/** What a module for MOSN must not use, and why (docs/mosn.md). */
type Reasons = ReadonlyMap<string, string>;

const reasons = (reason: string, ...names: readonly string[]): [string, string][] =>
  names.map((name) => [name, reason]);

const GOES_ON = "MOSN goes on with the stream whatever a callback returns";
const NO_CLOCK = "MOSN gives a module only the part of the time below a second";
const NO_TIMERS = "MOSN has no ticks";
const NO_PROPERTIES = "MOSN answers every property with an empty text";
const NO_METRICS = "MOSN does not offer metrics to modules of ABI 0.1.0";
const NO_FOREIGN_FUNCTIONS = "MOSN has no foreign functions";
const SHARED =
  "MOSN's shared data cannot be overwritten as the SDK promises, and its queues announce nothing";
const ONLY_HTTP = "MOSN runs modules as HTTP filters only";

/** By the names that an author imports. */
const IMPORTS: Reasons = new Map([
  ...reasons(
    "MOSN sends only GET requests, to URLs and not to clusters, and waits for the answer",
    "HttpRequest",
  ),
  ...reasons("MOSN does not implement gRPC calls of modules", "GrpcService"),
  ...reasons(NO_TIMERS, "TimerHandler", "TimerCallback", "TimerTask"),
  ...reasons(NO_CLOCK, "currentTimeMilliseconds", "currentTimeNanoseconds", "SharedCache"),
  ...reasons(
    NO_PROPERTIES,
    "properties",
    "getProperty",
    "getPropertyFlag",
    "getPropertyInteger",
    "getPropertyList",
    "getPropertyMap",
    "getPropertyNumber",
    "getPropertyText",
    "setProperty",
    "setPropertyText",
  ),
  ...reasons(NO_METRICS, "Counter", "Gauge", "Histogram"),
  ...reasons(
    NO_FOREIGN_FUNCTIONS,
    "callForeignFunction",
    "compress",
    "uncompress",
    "Expression",
    "declareProperty",
    "setEnvoyFilterState",
    "sign",
    "signWithPem",
    "verifySignature",
    "verifySignatureWithPem",
  ),
  ...reasons(SHARED, "SharedData", "SharedCounter", "SharedQueue"),
  ...reasons("MOSN's VM configuration is a list of its own settings", "vmConfiguration"),
  ...reasons(ONLY_HTTP, "NetworkFilter", "registerNetworkFilter", "registerPlugin"),
]);

/** By the names that follow a dot. */
const MEMBERS: Reasons = new Map([
  ...reasons(
    GOES_ON,
    "StopIterationHeadersOnly",
    "StopAllIterationAndBuffer",
    "StopAllIterationAndWatermark",
    "StopIterationAndBuffer",
    "StopIterationAndWatermark",
    "StopIterationNoBuffer",
    "StopIteration",
  ),
  ...reasons("MOSN does not implement answers of modules", "sendLocalReply"),
  ...reasons("MOSN has no way for a module to close a stream", "closeStream"),
  ...reasons("MOSN never holds a stream for a module", "resumeRequest", "resumeResponse"),
  ...reasons("MOSN chooses the route after the request has passed the module", "clearRouteCache"),
  ...reasons(
    "MOSN hands a body over in one call of onRequestBody or onResponseBody, and none of it can be refused",
    "collectRequestBody",
    "collectResponseBody",
  ),
  ...reasons(NO_TIMERS, "setTickPeriod", "setTimeout", "setInterval"),
  ...reasons("MOSN does not tell the size of a header map", "byteSize"),
  ...reasons("MOSN adds to a header map and takes nothing away when it is set as a whole", "setAll"),
]);

/** By the methods that an author overrides. */
const CALLBACKS: Reasons = new Map([
  ...reasons("MOSN never calls it", "onLog", "onRequestMetadata", "onResponseMetadata", "onQueueReady"),
  ...reasons("MOSN never calls it", "onForeignFunction", "onValidateConfiguration"),
  ...reasons(NO_TIMERS, "onTick"),
  ...reasons(
    "MOSN hands a body over in one call of onRequestBody or onResponseBody, and none of it can be refused",
    "onRequestBodyComplete",
    "onResponseBodyComplete",
    "onRequestBodyTooLarge",
    "onResponseBodyTooLarge",
  ),
]);

/** Makes an error of everything that MOSN could not do, where it stands. */
export function reportWhatMosnLacks(program: Program, sdk: Sdk): void {
  const report = (name: string, reason: string | undefined, range: Range): void => {
    if (reason === undefined) return;
    program.error(
      DiagnosticCode.User_defined_0,
      range,
      `'${name}' cannot be used in a filter for MOSN: ${reason}.`,
    );
  };
  for (const file of authorFiles(program)) {
    for (const statement of file.source.statements) {
      if (!(statement instanceof ImportStatement) || !statement.path.value.startsWith("as-proxy-wasm-sdk"))
        continue;
      for (const { foreignName } of statement.declarations ?? [])
        report(foreignName.text, IMPORTS.get(foreignName.text), foreignName.range);
    }
    walk(file.source, (node) => {
      if (node instanceof PropertyAccessExpression)
        report(node.property.text, MEMBERS.get(node.property.text), node.property.range);
    });
  }
  for (const base of [sdk.httpFilter, sdk.plugin]) {
    for (const prototype of classesExtending(program, base)) reportCallbacks(prototype, report);
  }
}

/** MOSN does not say which `root_id` it means. */
export function reportSecondRegistration(program: Program, registrations: number): void {
  const [entry] = authorFiles(program);
  if (registrations < 2 || entry === undefined) return;
  program.error(
    DiagnosticCode.User_defined_0,
    entry.source.range,
    "A module for MOSN registers one filter: MOSN does not tell it which one is meant.",
  );
}

function reportCallbacks(
  prototype: ClassPrototype,
  report: (name: string, reason: string | undefined, range: Range) => void,
): void {
  for (const [name, member] of prototype.instanceMembers ?? []) {
    if ("identifierNode" in member)
      report(name, CALLBACKS.get(name), (member.identifierNode as { readonly range: Range }).range);
  }
}
