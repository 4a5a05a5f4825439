import { BufferType, HeaderMapType, Status } from "../abi/enums.js";
import {
  refuse,
  type Answer,
  type GrpcCallRequest,
  type GrpcStreamRequest,
  type HttpCallRequest,
} from "../abi/host-context.js";
import type { ByteString } from "../byte-string.js";
import type { CalloutOwner } from "../callout/callout-owner.js";
import { GrpcCallouts } from "../callout/grpc-callouts.js";
import { HttpCallouts } from "../callout/http-callouts.js";
import type { ForeignCaller, PropertyPrototype } from "../foreign/foreign-function.js";
import type { BodyBuffer } from "../http/body-buffer.js";
import type { HeaderMap } from "../http/header-map.js";
import type { FinalMaps } from "../http/stream-filter.js";
import type { StreamInfo } from "../http/stream-info.js";
import { BaseContext, type VmScope } from "./base-context.js";
import { configurationBytes, type PluginConfig } from "./plugin-config.js";
import { pluginProperty, type NodeIdentity } from "./plugin-properties.js";
import { streamProperty } from "./stream-properties.js";
import { splitPath } from "./property-path.js";
import type { ScheduledEvent } from "./timeline.js";
import type { WasmVm } from "./wasm-vm.js";

/** Where a root context is in its life; transitions happen in `start`, `shutDown`, `done` and `#delete` alone. */
type RootState = "starting" | "serving" | "waiting for done" | "done" | "deleted";

/** A plugin inside one VM. */
export class RootContext extends BaseContext {
  #state: RootState = "starting";
  #configuration: Uint8Array | null = null;
  #logged: { readonly info: StreamInfo; readonly maps: FinalMaps } | null = null;
  #whenDeleted: () => void = () => undefined;
  #tickPeriod = 0;
  #timer: ScheduledEvent | null = null;
  #status: { readonly code: number; readonly message: ByteString } = { code: 0, message: "" };
  readonly httpCallouts: HttpCallouts;
  readonly grpcCallouts: GrpcCallouts;
  /** What `declare_property` said about values that streams set. */
  readonly propertyPrototypes = new Map<ByteString, PropertyPrototype>();

  constructor(
    readonly id: number,
    readonly plugin: PluginConfig,
    readonly vm: WasmVm,
    scope: VmScope,
    private readonly node: NodeIdentity,
  ) {
    super(scope);
    const owner = this.#calloutOwner();
    this.httpCallouts = new HttpCallouts(owner, (callout) => scope.events.callouts.push(callout));
    this.grpcCallouts = new GrpcCallouts(owner, (callout) => scope.events.grpcCallouts.push(callout));
  }

  /** Envoy's three start-up calls; names the step that failed. */
  start(): "started" | "start failed" | "configure failed" {
    const vmSize = this.scope.vmConfiguration.length;
    const configuration = configurationBytes(this.plugin.configuration);
    this.#withConfiguration(configuration, () =>
      this.vm.callback(this.id, "proxy_on_context_create", this.id, 0),
    );
    // A trap in context_create does not keep Envoy from calling vm_start; it does keep it from calling configure.
    const started = this.#answers("proxy_on_vm_start", vmSize);
    if (!started) return "start failed";
    if (this.vm.failed) return "started";
    const configured = this.#withConfiguration(configuration, () =>
      this.#answers("proxy_on_configure", configuration.length),
    );
    if (!configured) return "configure failed";
    this.#state = "serving";
    return "started";
  }

  /** A callback that the module leaves out counts as a yes. */
  #answers(name: string, size: number): boolean {
    return !this.vm.exports(name) || (this.vm.callbackEvenIfDead(this.id, name, this.id, size) ?? 0) !== 0;
  }

  /** Buffer 7 is readable inside context_create and configure only (abi.md 5.2). */
  #withConfiguration<Result>(configuration: Uint8Array, run: () => Result): Result {
    this.#configuration = configuration;
    try {
      return run();
    } finally {
      this.#configuration = null;
    }
  }

  #tick(): void {
    // Envoy does not start the timer again for a plugin that has no callback.
    if (!this.vm.exports("proxy_on_tick")) return;
    this.vm.callback(this.id, "proxy_on_tick", this.id);
    if (!this.vm.failed && this.#state !== "deleted") this.#startTimer();
  }

  #startTimer(): void {
    this.#timer?.cancel();
    this.#timer = null;
    if (this.#tickPeriod === 0) return;
    this.#timer = this.scope.dispatcher.schedule("timer", this.#tickPeriod, () => this.#tick());
  }

  /** Nothing uses the plugin any more: on_done, and on_delete unless the plugin asked to wait (abi.md E.11). */
  shutDown(whenDeleted: () => void = () => undefined): void {
    if (this.#state === "deleted" || this.#state === "waiting for done") return;
    this.#whenDeleted = whenDeleted;
    const isDone =
      !this.vm.exports("proxy_on_done") || this.vm.callback(this.id, "proxy_on_done", this.id) !== 0;
    if (isDone || this.vm.failed) this.#delete();
    else this.#state = "waiting for done";
  }

  #delete(): void {
    this.#state = "deleted";
    this.#timer?.cancel();
    this.httpCallouts.cancelAll();
    this.grpcCallouts.cancelAll();
    this.vm.callback(this.id, "proxy_on_delete", this.id);
    this.vm.removeContext(this.id);
    this.#whenDeleted();
  }

  override get pluginName(): string {
    return this.plugin.name;
  }

  protected override get logPrefix(): string {
    return ["wasm log", this.plugin.rootId, this.plugin.vmConfig.vmId]
      .filter((part) => part !== "")
      .join(" ");
  }

  /** As an access logger: `proxy_on_log` of a stream that has ended, which has no context of its own (abi.md E.2). */
  logStream(info: StreamInfo, maps: FinalMaps): void {
    if (this.#state === "deleted") return;
    this.#logged = { info, maps };
    this.vm.callback(this.id, "proxy_on_log", this.id);
    this.#logged = null;
  }

  protected override readableMap(type: HeaderMapType): HeaderMap | null {
    if (this.#logged === null) return this.calloutMap(type);
    const { requestHeaders, responseHeaders, responseTrailers } = this.#logged.maps;
    switch (type) {
      case HeaderMapType.RequestHeaders:
        return requestHeaders;
      case HeaderMapType.ResponseHeaders:
        return responseHeaders;
      case HeaderMapType.ResponseTrailers:
        return responseTrailers;
      default:
        return null;
    }
  }

  protected override get unavailableMap(): 1 | 2 {
    return this.#logged === null ? Status.BadArgument : Status.NotFound;
  }

  /** The maps of the callout whose answer is delivered. */
  calloutMap(type: HeaderMapType): HeaderMap | null {
    return this.httpCallouts.map(type) ?? this.grpcCallouts.map(type);
  }

  protected override bodyBuffer(type: BufferType): BodyBuffer | null {
    return type === BufferType.GrpcReceiveBuffer ? this.grpcCallouts.message : null;
  }

  protected override calloutBody(): Uint8Array | null {
    return this.httpCallouts.body;
  }

  protected override pluginConfiguration(): Uint8Array | null {
    return this.#configuration;
  }

  override done(): Status {
    if (this.#state !== "waiting for done") return Status.NotFound;
    this.#state = "done";
    this.vm.afterCallback(() => this.#delete());
    return Status.Ok;
  }

  override setTickPeriod(milliseconds: number): Status {
    this.#tickPeriod = milliseconds;
    this.#startTimer();
    return Status.Ok;
  }

  override foreignCaller(): ForeignCaller {
    return {
      ...super.foreignCaller(),
      declareProperty: (name, prototype) => {
        if (this.propertyPrototypes.has(name)) return false;
        this.propertyPrototypes.set(name, prototype);
        return true;
      },
    };
  }

  /** Addresses, `localhost` and what is no name are answered inside the call, anything else later. */
  override resolveDns(name: ByteString, giveToken: (token: number) => boolean): Status {
    const { dns, tokens, dispatcher } = this.scope;
    const token = tokens.nextDns();
    if (!giveToken(token)) return Status.InvalidMemoryAccess;
    const { delayMs, response } = dns.lookUp(name);
    if (delayMs === null) this.#onResolveDns(token, response);
    else dispatcher.schedule("callout", delayMs, () => this.#onResolveDns(token, response));
    return Status.Ok;
  }

  #onResolveDns(token: number, response: Uint8Array): void {
    if (this.#state === "deleted") return;
    this.callData = response;
    this.vm.callback(this.id, "envoy_on_resolve_dns", this.id, token, response.length);
  }

  override grpcCall(request: GrpcCallRequest): Answer<number> {
    return this.grpcCallouts.call(request);
  }

  override grpcStream(request: GrpcStreamRequest): Answer<number> {
    return this.grpcCallouts.stream(request);
  }

  override grpcSend(token: number, message: Uint8Array, endOfStream: boolean): Status {
    return this.grpcCallouts.send(token, message, endOfStream);
  }

  override grpcClose(token: number): Status {
    return this.grpcCallouts.close(token);
  }

  override grpcCancel(token: number): Status {
    return this.grpcCallouts.cancel(token);
  }

  override registerSharedQueue(name: ByteString): number {
    const { sharedQueues, vmId, dispatcher } = this.scope;
    return sharedQueues.register(vmId, name, {
      dispatcher,
      onQueueReady: (token) => {
        if (this.#state !== "deleted") this.vm.callback(this.id, "proxy_on_queue_ready", this.id, token);
      },
    });
  }

  override lastStatus(): { readonly code: number; readonly message: ByteString } {
    return this.#status;
  }

  override httpCall(request: HttpCallRequest): { readonly status: Status; readonly token: number } {
    return this.httpCallouts.dispatch(request);
  }

  #calloutOwner(): CalloutOwner {
    const { thread, dispatcher, clusters, tokens, isCanary, behaviour } = this.scope;
    return {
      plugin: this.plugin.name,
      thread,
      dispatcher,
      clusters,
      tokens,
      isCanary,
      behaviour,
      afterCallback: (run) => this.vm.afterCallback(run),
      setStatus: (code, message) => (this.#status = { code, message }),
      deliver: (callback, args, over) => {
        this.vm.afterCallback(over);
        this.vm.callback(this.id, callback, this.id, ...args);
        // A trap drops what should come after the callback.
        over();
      },
    };
  }

  override getProperty(path: ByteString): Answer<Uint8Array> {
    const segments = splitPath(path);
    if (segments.length === 0) return refuse(Status.SerializationFailure);
    const ofPlugin = pluginProperty(segments, this.plugin, this.node);
    if (ofPlugin !== null) return ofPlugin;
    if (this.#logged === null || segments[0] === "connection_id") return refuse(Status.NotFound);
    return streamProperty(segments, this.#logged.info, this.#logged.maps, "logging");
  }
}
