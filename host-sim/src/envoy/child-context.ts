import { BufferType, Status, type HeaderMapType } from "../abi/enums.js";
import {
  refuse,
  type Answer,
  type GrpcCallRequest,
  type GrpcStreamRequest,
  type HttpCallRequest,
} from "../abi/host-context.js";
import type { ByteString } from "../byte-string.js";
import type { ForeignCaller } from "../foreign/foreign-function.js";
import type { BodyBuffer } from "../http/body-buffer.js";
import type { HeaderMap } from "../http/header-map.js";
import type { FinalMaps } from "../http/stream-filter.js";
import type { StreamInfo } from "../http/stream-info.js";
import { BaseContext, type VmScope } from "./base-context.js";
import { pluginProperty, type NodeIdentity } from "./plugin-properties.js";
import { splitPath } from "./property-path.js";
import type { RootContext } from "./root-context.js";
import { streamProperty } from "./stream-properties.js";

/** Of a connection without HTTP. */
export const noMaps: FinalMaps = { requestHeaders: null, responseHeaders: null, responseTrailers: null };

/** What the contexts of streams and connections have in common: a root that makes their calls, and properties. */
export abstract class ChildContext extends BaseContext {
  #declared: Set<ByteString> | null = null;

  constructor(
    readonly id: number,
    readonly root: RootContext,
    readonly info: StreamInfo,
    scope: VmScope,
    private readonly node: NodeIdentity,
  ) {
    super(scope);
  }

  override get pluginName(): string {
    return this.root.plugin.name;
  }

  protected override get logPrefix(): string {
    const { name, rootId, vmConfig } = this.root.plugin;
    return ["wasm log", name, rootId, vmConfig.vmId].filter((part) => part !== "").join(" ");
  }

  /** The maps that properties come from. */
  protected propertyMaps(): FinalMaps {
    return noMaps;
  }

  protected get propertyPhase(): "running" | "logging" {
    return "running";
  }

  protected override readableMap(type: HeaderMapType): HeaderMap | null {
    return this.root.calloutMap(type);
  }

  protected override bodyBuffer(type: BufferType): BodyBuffer | null {
    return type === BufferType.GrpcReceiveBuffer ? this.root.grpcCallouts.message : null;
  }

  protected override calloutBody(): Uint8Array | null {
    return this.root.httpCallouts.body;
  }

  override lastStatus(): { readonly code: number; readonly message: ByteString } {
    return this.root.lastStatus();
  }

  override setTickPeriod(milliseconds: number): Status {
    return this.root.setTickPeriod(milliseconds);
  }

  override httpCall(request: HttpCallRequest): { readonly status: Status; readonly token: number } {
    return this.root.httpCall(request);
  }

  override resolveDns(name: ByteString, giveToken: (token: number) => boolean): Status {
    return this.root.resolveDns(name, giveToken);
  }

  override grpcCall(request: GrpcCallRequest): Answer<number> {
    return this.root.grpcCallouts.call(request);
  }

  override grpcStream(request: GrpcStreamRequest): Answer<number> {
    return this.root.grpcCallouts.stream(request);
  }

  override grpcSend(token: number, message: Uint8Array, endOfStream: boolean): Status {
    return this.root.grpcCallouts.send(token, message, endOfStream);
  }

  override grpcClose(token: number): Status {
    return this.root.grpcCallouts.close(token);
  }

  override grpcCancel(token: number): Status {
    return this.root.grpcCallouts.cancel(token);
  }

  override registerSharedQueue(name: ByteString): number {
    return this.root.registerSharedQueue(name);
  }

  override getProperty(path: ByteString): Answer<Uint8Array> {
    const segments = splitPath(path);
    if (segments.length === 0) return refuse(Status.SerializationFailure);
    return (
      pluginProperty(segments, this.root.plugin, this.node) ??
      streamProperty(segments, this.info, this.propertyMaps(), this.propertyPhase)
    );
  }

  override setProperty(path: ByteString, value: Uint8Array): Status {
    const key = `wasm.${path}`;
    const existing = this.info.filterState.get(key);
    if (existing?.readOnly === true) return Status.BadArgument;
    const readOnly = existing?.readOnly ?? this.root.propertyPrototypes.get(path)?.readOnly ?? false;
    this.info.filterState.set(key, { value, readOnly });
    return Status.Ok;
  }

  override foreignCaller(): ForeignCaller {
    return {
      ...super.foreignCaller(),
      // A stream declares for itself, and nothing ever looks there.
      declareProperty: (name) => {
        const declared = (this.#declared ??= new Set());
        const isNew = !declared.has(name);
        declared.add(name);
        return isNew;
      },
      setFilterState: (key, object) => {
        this.info.filterState.set(key, object);
        return true;
      },
      clearRouteCache: () => void this.clearRouteCache(),
    };
  }
}
