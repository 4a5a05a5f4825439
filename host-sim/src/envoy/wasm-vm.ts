import { bindHostFunction, restrictedCallback } from "../abi/bind-host-function.js";
import { inWords } from "../abi/call-words.js";
import { guestExports } from "../abi/guest-exports.js";
import { GuestMemory } from "../abi/guest-memory.js";
import type { HostContext } from "../abi/host-context.js";
import type { AbiVersion, GuestCall } from "../abi/host-function.js";
import { findHostFunction } from "../abi/host-functions.js";
import { traceExport, traceImport } from "../abi/trace.js";
import type { EnvoyBehaviour } from "../envoy-versions.js";
import { sameSignature, type ModuleImport } from "../module/wasm-module.js";
import { isRestricted, restrictedCall } from "./capability-restriction.js";
import type { MisuseRuleId } from "../source/misuse-rules.js";
import { watchCounters } from "../source/coverage.js";
import type { Clock } from "./clock.js";
import type { EventLog, ThreadName } from "./event-log.js";
import { describeTrap, stackDepth } from "./guest-trap.js";
import type { LoadedModule } from "./loaded-module.js";
import type { SeededRandom } from "./random.js";
import {
  allowedDuringAllocation,
  allowedDuringInitialization,
  type AllowedCalls,
} from "./restricted-calls.js";
import { VmCall } from "./vm-call.js";

export interface VmServices {
  /** The first plugin of the VM, for messages. */
  readonly plugin: string;
  readonly thread: ThreadName;
  readonly events: EventLog;
  readonly clock: Clock;
  readonly behaviour: EnvoyBehaviour;
  readonly random: SeededRandom;
  /** Null: no restriction. */
  readonly allowedCapabilities: ReadonlySet<string> | null;
  readonly memoryLimitPages: number;
}

/**
 * One instance of a module: enters the guest, answers its host calls, and is dead for ever after the first trap
 * (abi.md 11). It knows contexts only by their ids.
 */
export class WasmVm {
  readonly abiVersion: AbiVersion;
  readonly #exports = new Map<string, GuestCall>();
  readonly #afterCallback: (() => void)[] = [];
  readonly #call: VmCall;
  #nextContextId = 1;
  #depth = 0;
  #failed = false;

  /** Links and instantiates; throws what the engine throws when a start section traps. */
  constructor(
    readonly module: LoadedModule,
    readonly vmContext: HostContext,
    readonly environment: ReadonlyMap<string, string>,
    private readonly services: VmServices,
  ) {
    this.abiVersion = module.abiVersion;
    this.#call = new VmCall(
      this.abiVersion,
      vmContext,
      environment,
      (size) => this.#allocate(size),
      services,
      module.symbols,
    );
    const instance = new WebAssembly.Instance(module.compiled, this.#imports());
    if (module.coverage !== null) watchCounters(module.coverage, module.sourceRoot, instance);
    this.#call.memory = new GuestMemory(
      Object.values(instance.exports).find(
        (value) => value instanceof WebAssembly.Memory,
      ) as WebAssembly.Memory,
    );
    const declared = new Map(module.sections.exports.map((row) => [row.name, row.signature]));
    const trace = services.events.traceSink(services.thread);
    for (const { name, signature } of guestExports(this.abiVersion, services.behaviour)) {
      const guestFunction = instance.exports[name];
      const actual = declared.get(name) ?? null;
      // What is not allowed counts as not exported.
      if (isRestricted(name, services.allowedCapabilities)) continue;
      if (typeof guestFunction !== "function" || actual === null || !sameSignature(actual, signature))
        continue;
      const call = guestFunction as GuestCall;
      this.#exports.set(name, trace === null ? call : traceExport(name, signature, call, trace));
    }
  }

  get failed(): boolean {
    return this.#failed;
  }

  exports(name: string): boolean {
    return this.#exports.has(name);
  }

  /** Makes a context under the next id. */
  addContext<Context extends HostContext>(create: (id: number) => Context): Context {
    const id = this.#nextContextId++;
    const context = create(id);
    this.#call.addContext(id, context);
    return context;
  }

  /** Whether any plugin still lives here. Streams live no longer than their plugin. */
  get hasRoots(): boolean {
    return this.#call.contextCount > 0;
  }

  removeContext(id: number): void {
    this.#call.removeContext(id);
  }

  /** Envoy deletes what a callback has ended when that callback is over. */
  removeContextAfterCallback(id: number): void {
    if (this.#depth === 0) this.removeContext(id);
    else this.afterCallback(() => this.removeContext(id));
  }

  /** Runs the module's own start-up code with the restricted set of host calls (abi.md 3.2, 4.1). */
  initialize(): void {
    const start = this.exports("_initialize") ? ["_initialize", "main", "__main_void"] : ["_start"];
    for (const name of start) {
      if (name === "__main_void" && this.exports("main")) continue;
      this.#restricted(allowedDuringInitialization, name, 0);
      if (this.#failed) return;
    }
  }

  /**
   * Calls an export for a context, with up to five numbers. Null when the module does not export it, when it traps, and when
   * the VM is dead; a function without result gives 0. Afterwards what the guest asked to happen after the callback happens.
   */
  callback(contextId: number, name: string, a = 0, b = 0, c = 0, d = 0, e = 0): number | null {
    return this.#failed ? null : this.callbackEvenIfDead(contextId, name, a, b, c, d, e);
  }

  /** A callback whose answer decides about a stream: "stop" when a local reply was asked for, whatever it returned. */
  filterCallback(contextId: number, name: string, a = 0, b = 0, c = 0): number | "stop" {
    if (this.#failed) return 0;
    const result = this.#enter(contextId, name, a, b, c);
    const { stopped } = this.#call;
    this.#leave();
    return stopped ? "stop" : (result ?? 0);
  }

  /** Envoy enters a dead VM in one place: vm_start after a trap in context_create. */
  callbackEvenIfDead(contextId: number, name: string, a = 0, b = 0, c = 0, d = 0, e = 0): number | null {
    const result = this.#enter(contextId, name, a, b, c, d, e);
    this.#leave();
    return result;
  }

  #leave(): void {
    if (this.#depth > 0) return;
    this.#call.stopped = false;
    if (this.#afterCallback.length > 0) this.#runAfterCallback();
  }

  /** What runs broke a rule that only its context knows of. */
  misused(rule: MisuseRuleId, hostFunction: string): void {
    this.#call.misused(rule, hostFunction);
  }

  /** Postpones an effect to the end of the current callback. */
  afterCallback(action: () => void): void {
    this.#afterCallback.push(action);
  }

  #runAfterCallback(): void {
    for (let action = this.#afterCallback.shift(); action !== undefined; action = this.#afterCallback.shift())
      action();
  }

  #enter(contextId: number, name: string, a = 0, b = 0, c = 0, d = 0, e = 0): number | null {
    const guestFunction = this.#exports.get(name);
    if (guestFunction === undefined) return null;
    const { events, thread } = this.services;
    const call = this.#call;
    const { currentId, effectiveId } = call;
    call.enter(contextId, 0);
    // A run that is stopped from outside ends without a word: not even what is in `finally` runs.
    if (this.#depth === 0)
      events.entered(name, call.currentContext.pluginName ?? this.services.plugin, thread);
    this.#depth += 1;
    const started = events.timesCallbacks ? performance.now() : 0;
    const framesBefore = Error.stackTraceLimit;
    Error.stackTraceLimit = stackDepth;
    let outcome: "returned" | "trapped" | "interrupted" = "interrupted";
    try {
      // What an export does not take is ignored.
      const result = guestFunction(a, b, c, d, e);
      outcome = "returned";
      return result === undefined ? 0 : Number(result) >>> 0;
    } catch (error) {
      if (!isTrap(error)) throw error;
      outcome = "trapped";
      events.trapped({
        plugin: call.currentContext.pluginName ?? this.services.plugin,
        thread,
        callback: name,
        error,
        symbols: this.module.symbols,
      });
      events.log(thread, "error", describeTrap(name, error, this.module, this.services.behaviour));
      return null;
    } finally {
      Error.stackTraceLimit = framesBefore;
      // Also when the run was stopped from outside: a guest left in the middle of a call must never be entered again.
      if (outcome !== "returned") this.#failed = true;
      if (outcome === "trapped") this.#afterCallback.length = 0;
      if (events.timesCallbacks && name !== "malloc" && name !== "proxy_on_memory_allocate") {
        const nanoseconds = Math.round((performance.now() - started) * 1e6);
        events.callbacks.push({ name, thread, nanoseconds, memoryBytes: call.memory.size });
      }
      this.#depth -= 1;
      call.enter(currentId, effectiveId);
    }
  }

  #restricted(allowed: AllowedCalls, name: string, argument: number): number | null {
    const before = this.#call.restriction;
    this.#call.restriction = allowed;
    try {
      return this.#enter(0, name, argument);
    } finally {
      this.#call.restriction = before;
    }
  }

  #allocate(size: number): number {
    const name = this.exports("malloc") ? "malloc" : "proxy_on_memory_allocate";
    return this.#restricted(allowedDuringAllocation, name, size) ?? 0;
  }

  #imports(): Record<string, Record<string, unknown>> {
    const imports: Record<string, Record<string, unknown>> = {};
    for (const declared of this.module.sections.imports) {
      const module = (imports[declared.module] ??= {});
      module[declared.name] = this.#importValue(declared);
    }
    return imports;
  }

  #importValue({ module, name, kind, limits }: ModuleImport): unknown {
    const size = {
      initial: limits?.minimum ?? 0,
      ...(limits?.maximum == null ? {} : { maximum: limits.maximum }),
    };
    if (kind === "memory")
      return new WebAssembly.Memory({
        ...size,
        maximum: Math.min(limits?.maximum ?? Infinity, this.services.memoryLimitPages),
      });
    if (kind === "table") return new WebAssembly.Table({ ...size, element: "anyfunc" });
    const row = findHostFunction(module, name, this.abiVersion, this.services.behaviour);
    if (row === null) throw new Error(`${module}.${name} is no host function`);
    const { events, thread, allowedCapabilities } = this.services;
    const guarded = isRestricted(name, allowedCapabilities)
      ? restrictedCall(row, (line) => events.log(thread, "error", line))
      : row;
    const bound = bindHostFunction(guarded, this.#call);
    const trace = events.traceSink(thread);
    const told = events.keepsWords
      ? inWords(name, row.signature.params.length, bound, () => this.#call.memory, events.hostCalls)
      : bound;
    return trace === null ? told : traceImport({ module, name }, row.signature, told, trace);
  }
}

/** What the guest did wrong, as opposed to what the simulator throws on purpose. */
function isTrap(error: unknown): error is Error {
  if (error instanceof WebAssembly.RuntimeError) return true;
  if (error instanceof RangeError) return error.message === "Maximum call stack size exceeded";
  return error instanceof Error && error.message === restrictedCallback;
}
