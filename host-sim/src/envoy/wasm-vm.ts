import { Status } from "../abi/enums.js";
import { inWords } from "../abi/call-words.js";
import { guestExports } from "../abi/guest-exports.js";
import { GuestMemory } from "../abi/guest-memory.js";
import type { HostContext } from "../abi/host-context.js";
import type { AbiVersion, GuestValue, HostCall, HostFunction } from "../abi/host-function.js";
import { findHostFunction } from "../abi/host-functions.js";
import { traceExport, traceImport } from "../abi/trace.js";
import type { EnvoyBehaviour } from "../envoy-versions.js";
import { UnimplementedHostCallError } from "../errors.js";
import { sameSignature, type ModuleImport } from "../module/wasm-module.js";
import { isRestricted, restrictedCall } from "./capability-restriction.js";
import type { Clock } from "./clock.js";
import type { EventLog, ThreadName } from "./event-log.js";
import { describeTrap, withDeepStackTraces } from "./guest-trap.js";
import type { LoadedModule } from "./loaded-module.js";
import type { SeededRandom } from "./random.js";
import {
  allowedDuringAllocation,
  allowedDuringInitialization,
  type AllowedCalls,
} from "./restricted-calls.js";

export interface VmServices {
  readonly thread: ThreadName;
  readonly events: EventLog;
  readonly clock: Clock;
  readonly behaviour: EnvoyBehaviour;
  readonly random: SeededRandom;
  /** Null: no restriction. */
  readonly allowedCapabilities: ReadonlySet<string> | null;
}

type GuestFunction = (...args: GuestValue[]) => GuestValue | void;

/**
 * One instance of a module: enters the guest, answers its host calls, and is dead for ever after the first trap
 * (abi.md 11). It knows contexts only by their ids.
 */
export class WasmVm {
  readonly abiVersion: AbiVersion;
  /** Live contexts by id; ids are shared by root and stream contexts and only grow. */
  readonly #contexts = new Map<number, HostContext>();
  readonly #exports = new Map<string, GuestFunction>();
  readonly #afterCallback: (() => void)[] = [];
  readonly #memory: GuestMemory;
  #nextContextId = 1;
  #currentContext: number;
  #effectiveContext = 0;
  #allowed: AllowedCalls | null = null;
  #depth = 0;
  /** The callback that runs asked for a local reply, in whatever context. */
  #stopIteration = false;
  #failed = false;

  /** Links and instantiates; throws what the engine throws when a start section traps. */
  constructor(
    readonly module: LoadedModule,
    /** Acts for the VM before any context exists, and while it allocates memory: context 0. */
    readonly vmContext: HostContext,
    readonly environment: ReadonlyMap<string, string>,
    private readonly services: VmServices,
  ) {
    this.abiVersion = module.abiVersion;
    this.#currentContext = 0;
    this.#contexts.set(0, vmContext);
    const instance = new WebAssembly.Instance(module.compiled, this.#imports());
    this.#memory = new GuestMemory(
      Object.values(instance.exports).find(
        (value) => value instanceof WebAssembly.Memory,
      ) as WebAssembly.Memory,
    );
    const declared = new Map(module.sections.exports.map((row) => [row.name, row.signature]));
    for (const { name, signature } of guestExports(this.abiVersion, services.behaviour)) {
      const guestFunction = instance.exports[name];
      const actual = declared.get(name) ?? null;
      // What is not allowed counts as not exported.
      if (isRestricted(name, this.services.allowedCapabilities)) continue;
      if (typeof guestFunction !== "function" || actual === null || !sameSignature(actual, signature))
        continue;
      this.#exports.set(name, this.#traced(name, guestFunction as GuestFunction));
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
    this.#contexts.set(id, context);
    return context;
  }

  /** Whether any plugin still lives here. Streams live no longer than their plugin. */
  get hasRoots(): boolean {
    return this.#contexts.size > 1;
  }

  removeContext(id: number): void {
    this.#contexts.delete(id);
  }

  /** Runs the module's own start-up code with the restricted set of host calls (abi.md 3.2, 4.1). */
  initialize(): void {
    const start = this.exports("_initialize") ? ["_initialize", "main", "__main_void"] : ["_start"];
    for (const name of start) {
      if (name === "__main_void" && this.exports("main")) continue;
      this.#restricted(allowedDuringInitialization, () =>
        this.#enter(0, name, name === "main" ? [0, 0] : []),
      );
      if (this.#failed) return;
    }
  }

  /**
   * Calls an export for a context. Null when the module does not export it, when it traps, and when the VM is dead; a
   * function without result gives 0. Afterwards what the guest asked to happen after the callback happens.
   */
  callback(contextId: number, name: string, ...args: number[]): number | null {
    return this.#failed ? null : this.callbackEvenIfDead(contextId, name, ...args);
  }

  /** A callback whose answer decides about a stream: "stop" when a local reply was asked for, whatever it returned. */
  filterCallback(contextId: number, name: string, ...args: number[]): number | "stop" {
    if (this.#failed) return 0;
    const result = this.#enter(contextId, name, args);
    const stopped = this.#stopIteration;
    this.#leave();
    return stopped ? "stop" : (result ?? 0);
  }

  /** Envoy enters a dead VM in one place: vm_start after a trap in context_create. */
  callbackEvenIfDead(contextId: number, name: string, ...args: number[]): number | null {
    const result = this.#enter(contextId, name, args);
    this.#leave();
    return result;
  }

  #leave(): void {
    if (this.#depth > 0) return;
    this.#stopIteration = false;
    this.#runAfterCallback();
  }

  /** Postpones an effect to the end of the current callback. */
  afterCallback(action: () => void): void {
    this.#afterCallback.push(action);
  }

  #runAfterCallback(): void {
    for (let action = this.#afterCallback.shift(); action !== undefined; action = this.#afterCallback.shift())
      action();
  }

  #enter(contextId: number, name: string, args: readonly number[]): number | null {
    const guestFunction = this.#exports.get(name);
    if (guestFunction === undefined) return null;
    const { events, thread } = this.services;
    const saved = [this.#currentContext, this.#effectiveContext] as const;
    this.#currentContext = contextId;
    this.#effectiveContext = 0;
    this.#depth += 1;
    const started = process.hrtime.bigint();
    let outcome: "returned" | "trapped" | "interrupted" = "interrupted";
    try {
      const result = withDeepStackTraces(() => guestFunction(...args));
      outcome = "returned";
      return result === undefined ? 0 : Number(result) >>> 0;
    } catch (error) {
      if (!isTrap(error)) throw error;
      outcome = "trapped";
      events.log(thread, "error", describeTrap(name, error, this.module.sections, this.services.behaviour));
      return null;
    } finally {
      // Also when the run was stopped from outside: a guest left in the middle of a call must never be entered again.
      if (outcome !== "returned") this.#failed = true;
      if (outcome === "trapped") this.#afterCallback.length = 0;
      if (name !== "malloc" && name !== "proxy_on_memory_allocate") {
        events.callbacks.push({
          name,
          thread,
          nanoseconds: Number(process.hrtime.bigint() - started),
          memoryBytes: this.#memory.size,
        });
      }
      this.#depth -= 1;
      [this.#currentContext, this.#effectiveContext] = saved;
    }
  }

  #traced(name: string, guestFunction: GuestFunction): GuestFunction {
    const { events, thread } = this.services;
    return traceExport(name, guestFunction, (line) => events.traceLine(thread, line));
  }

  #restricted(allowed: AllowedCalls, run: () => number | null): number | null {
    const before = this.#allowed;
    this.#allowed = allowed;
    try {
      return run();
    } finally {
      this.#allowed = before;
    }
  }

  #allocate(size: number): number {
    const name = this.exports("malloc") ? "malloc" : "proxy_on_memory_allocate";
    return this.#restricted(allowedDuringAllocation, () => this.#enter(0, name, [size])) ?? 0;
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
    if (kind === "memory") return new WebAssembly.Memory(size);
    if (kind === "table") return new WebAssembly.Table({ ...size, element: "anyfunc" });
    const row = findHostFunction(module, name, this.abiVersion, this.services.behaviour);
    if (row === null) throw new Error(`${module}.${name} is no host function`);
    const { events, thread, allowedCapabilities } = this.services;
    const guarded = isRestricted(name, allowedCapabilities)
      ? restrictedCall(row, (line) => events.log(thread, "error", line))
      : row;
    const call = this.#bind(guarded);
    const told = events.keepsWords ? inWords(name, call, () => this.#memory, events.hostCalls) : call;
    return traceImport(module, name, told, (line) => events.traceLine(thread, line));
  }

  #bind(row: HostFunction): GuestFunction {
    const call = this.#hostCall();
    const isVoid = row.signature.results.length === 0;
    return (...args) => {
      if (this.#allowed !== null && !this.#allowed(row)) throw new Error("restricted_callback");
      if (row.implementation === null) throw new UnimplementedHostCallError(row.name);
      const values = args.map((value) => (typeof value === "number" ? value >>> 0 : value));
      const result = row.implementation(call, ...(values as never[]));
      return isVoid ? undefined : (result ?? 0);
    };
  }

  #hostCall(): HostCall {
    const { events, thread, clock, random } = this.services;
    // Memory and context are read anew in every call: they change from one to the next.
    const memory = () => this.#memory;
    const context = () => this.#callContext();
    const currentContext = () => this.#contexts.get(this.#currentContext) ?? this.vmContext;
    return {
      get memory() {
        return memory();
      },
      get context() {
        return context();
      },
      get currentContext() {
        return currentContext();
      },
      abiVersion: this.abiVersion,
      logLevel: events.levelNumber,
      environment: this.environment,
      wallClockNanoseconds: () => clock.wallNanoseconds(),
      monotonicNanoseconds: () => clock.monotonicNanoseconds(),
      random: (size) => random.fill(new Uint8Array(size)),
      setEffectiveContext: (id) => {
        if (id !== 0 && !this.#contexts.has(id)) return Status.BadArgument;
        this.#effectiveContext = id;
        return Status.Ok;
      },
      stopIteration: () => (this.#stopIteration = true),
      allocate: (size) => this.#allocate(size),
      trace: (line) => events.traceLine(thread, line),
    };
  }

  /** The effective context while it lives, else the one that was called (abi.md 3.4). */
  #callContext(): HostContext {
    const effective = this.#effectiveContext === 0 ? undefined : this.#contexts.get(this.#effectiveContext);
    return effective ?? this.#contexts.get(this.#currentContext) ?? this.vmContext;
  }
}

/** What the guest did wrong, as opposed to what the simulator throws on purpose. */
function isTrap(error: unknown): error is Error {
  if (error instanceof WebAssembly.RuntimeError) return true;
  if (error instanceof RangeError) return error.message === "Maximum call stack size exceeded";
  return error instanceof Error && error.message === "restricted_callback";
}
