import {
  BufferType,
  Status,
  StreamType,
  type HeaderMapType,
  type LogLevel,
  type MetricType,
} from "../abi/enums.js";
import {
  answer,
  refuse,
  type Answer,
  type HostContext,
  type GrpcCallRequest,
  type GrpcStreamRequest,
  type HttpCallRequest,
  type LocalReplyRequest,
} from "../abi/host-context.js";
import type { ByteString, HeaderList } from "../byte-string.js";
import type { Expressions } from "../foreign/expressions.js";
import type { ForeignCaller } from "../foreign/foreign-function.js";
import type { EnvoyBehaviour } from "../envoy-versions.js";
import type { HeaderMap } from "../http/header-map.js";
import type { BodyBuffer } from "../http/body-buffer.js";
import type { ClusterTable } from "../callout/clusters.js";
import type { DnsTable } from "../callout/dns.js";
import type { CalloutTokens } from "../callout/tokens.js";
import type { SharedDataStore } from "./shared-data.js";
import type { SharedQueueStore } from "./shared-queues.js";
import type { Dispatcher } from "./timeline.js";
import type { EventLog, ThreadName } from "./event-log.js";
import type { MetricIds } from "./metrics.js";

/** What every context of a VM shares. */
export interface VmScope {
  readonly thread: ThreadName;
  readonly events: EventLog;
  readonly metrics: MetricIds;
  readonly sharedData: SharedDataStore;
  readonly sharedQueues: SharedQueueStore;
  readonly dispatcher: Dispatcher;
  readonly clusters: ClusterTable;
  readonly tokens: CalloutTokens;
  readonly dns: DnsTable;
  readonly expressions: Expressions;
  /** The VM only tries whether plugins start. */
  readonly isCanary: boolean;
  readonly behaviour: EnvoyBehaviour;
  readonly vmId: string;
  readonly vmConfiguration: Uint8Array;
}

/** What is behind a buffer's number: octets, a body that can be changed, or nothing, which reads as empty. */
type Buffered = Uint8Array | BodyBuffer | null;

/**
 * The answers that do not depend on the kind of context. By itself it is the VM context: it exists before any root,
 * has no maps and no buffers but the VM's configuration.
 */
export class BaseContext implements HostContext {
  constructor(protected readonly scope: VmScope) {}

  get streamKind(): HostContext["streamKind"] {
    return "none";
  }

  get pluginName(): string | null {
    return null;
  }

  /** Envoy's prefix of the context's log lines (abi.md 5.1). */
  protected get logPrefix(): string {
    return "wasm log";
  }

  /** The map the current phase shows, if any. */
  protected readableMap(_type: HeaderMapType): HeaderMap | null {
    return null;
  }

  /** The same for changes, which may also create trailers. */
  protected writableMap(_type: HeaderMapType): HeaderMap | null {
    return null;
  }

  /** What reading a map that is not there answers. */
  protected get unavailableMap(): 1 | 2 {
    return Status.BadArgument;
  }

  protected onHeadersModified(_type: HeaderMapType): void {}

  /** The body of the current phase; null reads as empty. */
  protected bodyBuffer(_type: BufferType): BodyBuffer | null {
    return null;
  }

  protected pluginConfiguration(): Uint8Array | null {
    return null;
  }

  /** Buffer 4, while the answer to a callout is delivered. */
  protected calloutBody(): Uint8Array | null {
    return null;
  }

  /** Buffer 8: the buffer that was looked at last, or the answer to a lookup of a name while it is delivered. */
  protected callData: Buffered = null;

  log(level: LogLevel, message: ByteString): void {
    this.scope.events.log(this.scope.thread, level, `${this.logPrefix}: ${message}`);
  }

  lastStatus(): { readonly code: number; readonly message: ByteString } {
    return { code: 0, message: "" };
  }

  done(): Status {
    return Status.NotFound;
  }

  setTickPeriod(_milliseconds: number): Status {
    return Status.Ok;
  }

  getHeaderMapPairs(type: HeaderMapType): HeaderList {
    return this.readableMap(type)?.pairs ?? [];
  }

  getHeaderMapValue(type: HeaderMapType, key: ByteString): Answer<ByteString> {
    const map = this.readableMap(type);
    if (map === null) return refuse(this.unavailableMap);
    const value = map.get(key);
    return value === null ? refuse(Status.NotFound) : answer(value);
  }

  getHeaderMapSize(type: HeaderMapType): Answer<number> {
    const map = this.writableMap(type);
    return map === null ? refuse(Status.BadArgument) : answer(map.byteSize);
  }

  setHeaderMapPairs(type: HeaderMapType, pairs: HeaderList): Status {
    return this.#change(type, (map) => map.replaceAll(pairs));
  }

  addHeaderMapValue(type: HeaderMapType, key: ByteString, value: ByteString): Status {
    return this.#change(type, (map) => map.add(key, value));
  }

  replaceHeaderMapValue(type: HeaderMapType, key: ByteString, value: ByteString): Status {
    return this.#change(type, (map) => map.replace(key, value));
  }

  removeHeaderMapValue(type: HeaderMapType, key: ByteString): Status {
    return this.#change(type, (map) => map.remove(key));
  }

  #change(type: HeaderMapType, change: (map: HeaderMap) => void): Status {
    const map = this.writableMap(type);
    if (map === null) return Status.BadArgument;
    change(map);
    this.onHeadersModified(type);
    return Status.Ok;
  }

  getBuffer(type: BufferType, start: number, length: number): Answer<Uint8Array> {
    const buffer = this.#readableBuffer(type);
    return buffer.ok ? answer(bytesOf(buffer.value).subarray(start, start + length)) : buffer;
  }

  getBufferSize(type: BufferType): Answer<number> {
    const buffer = this.#readableBuffer(type);
    return buffer.ok ? answer(buffer.value?.length ?? 0) : buffer;
  }

  /** A buffer that is there is also what buffer 8 shows from now on, until another one is looked at (abi.md 5.7). */
  #readableBuffer(type: BufferType): Answer<Buffered> {
    const buffer = this.#findBuffer(type);
    if (buffer.ok) this.callData = buffer.value;
    return buffer;
  }

  #findBuffer(type: BufferType): Answer<Buffered> {
    switch (type) {
      case BufferType.VmConfiguration:
        return answer(this.scope.vmConfiguration);
      case BufferType.PluginConfiguration:
        return presentOr(Status.NotFound, this.pluginConfiguration());
      case BufferType.HttpCallResponseBody:
        return presentOr(Status.NotFound, this.calloutBody());
      case BufferType.CallData:
        return answer(this.callData);
      default:
        return answer(this.bodyBuffer(type));
    }
  }

  /** Only whole prefixes can be replaced: prepend, append, replace the front (abi.md 5.7). */
  setBuffer(type: BufferType, start: number, length: number, data: Uint8Array): Status {
    const buffer = type === BufferType.CallData ? this.callData : this.bodyBuffer(type);
    if (buffer === null || buffer instanceof Uint8Array) return Status.BadArgument;
    if (start === 0) {
      if (length > 0) buffer.drain(length);
      buffer.prepend(data);
      return Status.Ok;
    }
    if (start < buffer.length) return Status.BadArgument;
    buffer.append(data);
    return Status.Ok;
  }

  sendLocalResponse(_reply: LocalReplyRequest): Status {
    return Status.Ok;
  }

  continueStream(type: StreamType): Status {
    return type === StreamType.Upstream ? Status.Unimplemented : Status.Ok;
  }

  closeStream(_type: StreamType): Status {
    return Status.Ok;
  }

  httpCall(_request: HttpCallRequest): { readonly status: Status; readonly token: number } {
    return { status: Status.Unimplemented, token: 0 };
  }

  grpcCall(_request: GrpcCallRequest): Answer<number> {
    return refuse(Status.Unimplemented);
  }

  grpcStream(_request: GrpcStreamRequest): Answer<number> {
    return refuse(Status.Unimplemented);
  }

  grpcSend(_token: number, _message: Uint8Array, _endOfStream: boolean): Status {
    return Status.Unimplemented;
  }

  grpcClose(_token: number): Status {
    return Status.Unimplemented;
  }

  grpcCancel(_token: number): Status {
    return Status.Unimplemented;
  }

  defineMetric(type: MetricType, name: ByteString): number {
    return this.scope.metrics.define(type, name);
  }

  incrementMetric(id: number, offset: bigint): Status {
    return this.scope.metrics.increment(id, offset);
  }

  recordMetric(id: number, value: bigint): Status {
    return this.scope.metrics.record(id, value);
  }

  getMetric(id: number): Answer<bigint> {
    return this.scope.metrics.get(id);
  }

  getProperty(_path: ByteString): Answer<Uint8Array> {
    return refuse(Status.NotFound);
  }

  setProperty(_path: ByteString, _value: Uint8Array): Status {
    return Status.NotFound;
  }

  /** Nobody could be told. */
  resolveDns(_name: ByteString, giveToken: (token: number) => boolean): Status {
    return giveToken(this.scope.tokens.nextDns()) ? Status.Ok : Status.InvalidMemoryAccess;
  }

  getSharedData(key: ByteString): Answer<{ readonly value: Uint8Array; readonly cas: number }> {
    return this.scope.sharedData.get(this.scope.vmId, key);
  }

  setSharedData(key: ByteString, value: Uint8Array, cas: number): Status {
    return this.scope.sharedData.set(this.scope.vmId, key, value, cas);
  }

  /** Without a stream there is no state to set. */
  foreignCaller(): ForeignCaller {
    return {
      declareProperty: () => false,
      setFilterState: () => false,
      clearRouteCache: () => undefined,
      getProperty: (path) => this.getProperty(path),
      expressions: this.scope.expressions,
    };
  }

  clearRouteCache(): Status {
    return Status.Ok;
  }

  /** Only a plugin can be told about items; without one there is no number. */
  registerSharedQueue(_name: ByteString): number {
    return 0;
  }

  resolveSharedQueue(vmId: ByteString, name: ByteString): Answer<number> {
    return this.scope.sharedQueues.resolve(vmId === "" ? this.scope.vmId : vmId, name);
  }

  enqueueSharedQueue(token: number, item: Uint8Array): Status {
    return this.scope.sharedQueues.enqueue(token, item);
  }

  dequeueSharedQueue(token: number): Answer<Uint8Array> {
    return this.scope.sharedQueues.dequeue(token);
  }
}

function bytesOf(buffer: Buffered): Uint8Array {
  if (buffer === null) return new Uint8Array();
  return buffer instanceof Uint8Array ? buffer : buffer.bytes;
}

function presentOr(status: Exclude<Status, 0>, bytes: Uint8Array | null): Answer<Uint8Array> {
  return bytes === null ? refuse(status) : answer(bytes);
}
