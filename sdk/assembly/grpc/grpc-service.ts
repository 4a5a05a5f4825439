import * as grpc from "../abi/grpc";
import * as headerMap from "../abi/header-map";
import * as result from "../abi/result";
import { Status } from "../abi/status";
import { decodeRange } from "../abi/text";
import { Context } from "../context/context";
import { enterFor, pluginOf, restore } from "../context/current";
import { Failure, fail } from "../context/failure";
import { ProtobufWriter } from "../protobuf/writer";
import { GrpcCall } from "./grpc-call";
import { GrpcCallHandler } from "./grpc-call-handler";
import { GrpcStream } from "./grpc-stream";
import { GrpcStreamHandler } from "./grpc-stream-handler";
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

  /** Nothing is sent and nothing is checked yet: an unknown cluster shows when a call is made. */
  constructor(
    /** The name of one of Envoy's clusters. */
    readonly cluster: string,
    /** The service's full name, with its package. */
    readonly name: string,
  ) {}

  /** Sets `:authority`; without it, it is the cluster's name. */
  authority(name: string): GrpcService {
    this.authorityName = name;
    return this;
  }

  /**
   * Appends a field of the initial metadata to every call. For `…-bin` fields see `metadataBytes`. One that must not be sent stops the call.
   */
  metadata(name: string, value: string): GrpcService {
    const problem = headerMap.checkField(name, value);
    if (problem == headerMap.Write.BadValue) this.problem = Failure.FieldValue;
    else if (problem != headerMap.Write.Done || name.startsWith(":")) this.problem = Failure.FieldName;
    return this.append(name, value);
  }

  /** Appends a field of any bytes; its name must end in `-bin`. Envoy encodes the value in base64. */
  metadataBytes(name: string, value: Uint8Array): GrpcService {
    if (!name.endsWith("-bin") || headerMap.checkField(name, "") != headerMap.Write.Done)
      this.problem = Failure.FieldName;
    return this.append(name, decodeRange(value, 0, value.length));
  }

  /** How long a unary call may take, in milliseconds; 5000 unless set. 0: as long as it likes. */
  timeout(milliseconds: u32): GrpcService {
    this.timeoutMilliseconds = min<u32>(milliseconds, 0x7fff_ffff);
    return this;
  }

  /**
   * Calls a unary method for a filter or plugin; `handler` learns how it ended. Null: nothing was sent, no handler will be called, and
   * `lastFailure()` says why. Not in a constructor.
   */
  call<T extends Context>(
    owner: T,
    method: string,
    message: Uint8Array,
    handler: GrpcCallHandler<T>,
  ): GrpcCall | null {
    if (!this.isReady(owner, method)) return null;
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
      addGrpcCall(token, new PendingGrpcCall(owner.contextId, pluginOf(owner), handler));
      call = new GrpcCall(token);
    }
    restore(before);
    return call;
  }

  /**
   * Opens a stream of a method, client-, server- or bidirectional, for a filter or plugin; `handler` gets what it brings. Null: see
   * `lastFailure()`. It ends with its owner, unless the handler overrides `onOwnerGone`.
   */
  stream<T extends Context>(owner: T, method: string, handler: GrpcStreamHandler<T>): GrpcStream | null {
    if (!this.isReady(owner, method)) return null;
    const before = enterFor(owner);
    if (before < 0) return null;
    let stream: GrpcStream | null = null;
    if (accepted(grpc.stream(this.target(), this.name, method, this.metadataFields))) {
      const token = result.number();
      stream = new GrpcStream(token);
      addGrpcStream(token, new OpenGrpcStream(owner.contextId, pluginOf(owner), handler, stream));
    }
    restore(before);
    return stream;
  }

  private append(name: string, value: string): GrpcService {
    this.metadataFields.push(name);
    this.metadataFields.push(value);
    return this;
  }

  private isReady(owner: Context, method: string): bool {
    if (owner.contextId == 0) return fail(Failure.NotCreatedYet);
    if (this.cluster == "" || !isVisible(this.name) || !isVisible(method)) return fail(Failure.GrpcTarget);
    return this.problem == Failure.None || fail(this.problem);
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

/** Whether a text may stand in `:path`. */
function isVisible(text: string): bool {
  return headerMap.checkField(":path", text) == headerMap.Write.Done;
}

function accepted(status: Status): bool {
  if (status == Status.Ok) return true;
  if (status == Status.InternalFailure || status == Status.ParseFailure) return fail(Failure.CallCluster);
  if (status == Status.InvalidMemoryAccess) return fail(Failure.CallTooLarge);
  return fail(Failure.Host, status);
}
