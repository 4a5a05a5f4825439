import * as grpc from "../abi/grpc";
import * as headerMap from "../abi/header-map";
import * as result from "../abi/result";
import { Status } from "../abi/status";
import { Context } from "../context/context";
import { enterFor, pluginOf, restore } from "../context/current";
import { Failure, fail } from "../context/failure";
import { ProtobufWriter } from "../protobuf/writer";
import { GrpcCall } from "./grpc-call";
import { GrpcCallReceiver } from "./grpc-call-handler";
import { GrpcStream } from "./grpc-stream";
import { GrpcStreamReceiver } from "./grpc-stream-handler";
import { addGrpcCall, addGrpcStream, OpenGrpcStream, PendingGrpcCall } from "./pending-grpc";

/** Milliseconds that a unary call may take unless it says otherwise. */
const DEFAULT_TIMEOUT: u32 = 5_000;

/**
 * A gRPC service behind one of Envoy's clusters:
 *
 *     new GrpcService("ratelimit", "envoy.service.ratelimit.v3.RateLimitService")
 *       .call(this, "ShouldRateLimit", request, new Answer())
 *
 * Messages are protobuf bytes: see `as-proxy-wasm-sdk/protobuf`. The cluster must speak HTTP/2.
 */
export class GrpcService {
  private metadataFields: string[] = [];
  private timeoutMilliseconds: u32 = DEFAULT_TIMEOUT;
  private authorityName: string = "";
  private problem: Failure = Failure.None;

  constructor(
    readonly cluster: string,
    /** The service's full name, with its package. */
    readonly name: string,
  ) {}

  /** Sets `:authority`; without it, it is the cluster's name. */
  authority(name: string): GrpcService {
    this.authorityName = name;
    return this;
  }

  /** Appends a field of the initial metadata to every call. Envoy encodes the value of a `…-bin` field itself. */
  metadata(name: string, value: string): GrpcService {
    if (!headerMap.isName(name)) this.problem = Failure.FieldName;
    else if (!headerMap.isValue(value)) this.problem = Failure.FieldValue;
    this.metadataFields.push(name);
    this.metadataFields.push(value);
    return this;
  }

  /** How long a unary call may take, in milliseconds; 5000 unless set. 0: as long as it likes. */
  timeout(milliseconds: u32): GrpcService {
    this.timeoutMilliseconds = min<u32>(milliseconds, 0x7fff_ffff);
    return this;
  }

  /**
   * Calls a unary method for a filter or plugin. Null: nothing was sent, no handler will be called, and `lastFailure()` says why.
   */
  call(owner: Context, method: string, message: Uint8Array, receiver: GrpcCallReceiver): GrpcCall | null {
    const plugin = this.plugin(owner);
    if (plugin === null) return null;
    const before = enterFor(owner);
    if (before < 0) return null;
    const status = grpc.call(
      this.target(),
      this.name,
      method,
      this.metadataFields,
      message,
      this.timeoutMilliseconds,
    );
    let call: GrpcCall | null = null;
    if (accepted(status)) {
      const token = result.number();
      addGrpcCall(token, new PendingGrpcCall(owner.contextId, plugin, receiver));
      call = new GrpcCall(token);
    }
    restore(before);
    return call;
  }

  /** Opens a stream of a method, client-, server- or bidirectional, for a filter or plugin. Null: see `lastFailure()`. */
  stream(owner: Context, method: string, receiver: GrpcStreamReceiver): GrpcStream | null {
    const plugin = this.plugin(owner);
    if (plugin === null) return null;
    const before = enterFor(owner);
    if (before < 0) return null;
    let stream: GrpcStream | null = null;
    if (accepted(grpc.stream(this.target(), this.name, method, this.metadataFields))) {
      const token = result.number();
      stream = new GrpcStream(token);
      addGrpcStream(token, new OpenGrpcStream(owner.contextId, plugin, receiver, stream));
    }
    restore(before);
    return stream;
  }

  /** The plugin of the context that asks; null when nothing can be asked. */
  private plugin(owner: Context): Context | null {
    if (this.cluster == "" || this.name == "") {
      fail(Failure.GrpcTarget);
      return null;
    }
    if (this.problem != Failure.None) {
      fail(this.problem);
      return null;
    }
    const plugin = pluginOf(owner);
    if (plugin === null) fail(Failure.ContextGone);
    return plugin;
  }

  /**
   * envoy.config.core.v3.GrpcService { 1 envoy_grpc { 1 cluster_name, 2 authority } }. Never the plain name, which the ABI allows: one that
   * happens to be protobuf ends the proxy (abi.md E.1).
   */
  private target(): Uint8Array {
    const envoyGrpc = new ProtobufWriter();
    envoyGrpc.string(1, this.cluster);
    if (this.authorityName != "") envoyGrpc.string(2, this.authorityName);
    const service = new ProtobufWriter();
    service.message(1, envoyGrpc);
    return service.finish();
  }
}

function accepted(status: Status): bool {
  if (status == Status.Ok) return true;
  if (status == Status.InternalFailure || status == Status.ParseFailure) return fail(Failure.CallCluster);
  if (status == Status.InvalidMemoryAccess) return fail(Failure.CallTooLarge);
  return fail(Failure.Host, status);
}
