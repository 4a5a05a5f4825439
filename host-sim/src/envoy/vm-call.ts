import { Status } from "../abi/enums.js";
import type { GuestMemory } from "../abi/guest-memory.js";
import type { HostContext } from "../abi/host-context.js";
import type { AbiVersion, HostCall } from "../abi/host-function.js";
import type { CodeSymbols } from "../source/code-symbols.js";
import type { MisuseRuleId } from "../source/misuse-rules.js";
import type { AllowedCalls } from "./restricted-calls.js";
import type { VmServices } from "./wasm-vm.js";

/** What host functions reach of a VM: one object for all its calls, set anew whenever the guest is entered. */
export class VmCall implements HostCall {
  /** Set as soon as there is an instance; no host function is called before. */
  memory!: GuestMemory;
  restriction: AllowedCalls | null = null;
  /** The callback that runs asked for a local reply, in whatever context. */
  stopped = false;
  readonly logLevel: number;
  /** Live contexts by id; ids are shared by root and stream contexts and only grow. */
  readonly #contexts = new Map<number, HostContext>();
  #currentId = 0;
  #effectiveId = 0;

  constructor(
    readonly abiVersion: AbiVersion,
    /** Acts for the VM before any context exists, and while it allocates memory: context 0. */
    private readonly vmContext: HostContext,
    readonly environment: ReadonlyMap<string, string>,
    readonly allocate: (size: number) => number,
    private readonly services: VmServices,
    private readonly symbols: CodeSymbols,
  ) {
    this.logLevel = services.events.levelNumber;
    this.#contexts.set(0, vmContext);
  }

  addContext(id: number, context: HostContext): void {
    this.#contexts.set(id, context);
  }

  removeContext(id: number): void {
    this.#contexts.delete(id);
  }

  get contextCount(): number {
    return this.#contexts.size - 1;
  }

  get currentId(): number {
    return this.#currentId;
  }

  get effectiveId(): number {
    return this.#effectiveId;
  }

  /** Which context a callback is for; nothing else is in effect until the guest says so (abi.md 3.4). */
  enter(currentId: number, effectiveId: number): void {
    this.#currentId = currentId;
    this.#effectiveId = effectiveId;
  }

  /** The effective context while it lives, else the one that was called (abi.md 3.4). */
  get context(): HostContext {
    const effective = this.#effectiveId === 0 ? undefined : this.#contexts.get(this.#effectiveId);
    return effective ?? this.currentContext;
  }

  get currentContext(): HostContext {
    return this.#contexts.get(this.#currentId) ?? this.vmContext;
  }

  wallClockNanoseconds(): bigint {
    return this.services.clock.wallNanoseconds();
  }

  monotonicNanoseconds(): bigint {
    return this.services.clock.monotonicNanoseconds();
  }

  random(size: number): Uint8Array {
    return this.services.random.fill(new Uint8Array(size));
  }

  setEffectiveContext(id: number): Status {
    if (id !== 0 && !this.#contexts.has(id)) return Status.BadArgument;
    this.#effectiveId = id;
    return Status.Ok;
  }

  stopIteration(): void {
    this.stopped = true;
  }

  misused(rule: MisuseRuleId, hostFunction: string): void {
    const { events, plugin } = this.services;
    events.misused(rule, hostFunction, this.currentContext.pluginName ?? plugin, this.symbols);
  }

  trace(line: string): void {
    this.services.events.traceText(this.services.thread, line);
  }
}
