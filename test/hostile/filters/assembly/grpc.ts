import {
  GrpcCallHandler,
  GrpcResponse,
  GrpcService,
  GrpcStatus,
  GrpcStream,
  GrpcStreamHandler,
  Headers,
  HeadersAction,
  HttpFilter,
  lastFailure,
  registerHttpFilter,
} from "as-proxy-wasm-sdk";
import { ProtobufReader, ProtobufWriter } from "as-proxy-wasm-sdk/protobuf";

/** Asks a gRPC service about every request: one message, one answer. */
class UnaryCheck extends HttpFilter {
  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    if (serviceFor(headers).call(this, "Check", question(headers), new UnaryAnswer()) === null)
      this.sendLocalReply(503, lastFailure());
    return HeadersAction.StopAllIterationAndWatermark;
  }
}

class UnaryAnswer extends GrpcCallHandler<UnaryCheck> {
  onResponse(filter: UnaryCheck, response: GrpcResponse): void {
    if (!response.ok) {
      filter.sendLocalReply(response.status == GrpcStatus.PermissionDenied ? 403 : 503, response.message);
      return;
    }
    if (tell(filter, response.body)) filter.resumeRequest();
    else filter.sendLocalReply(503, "the service's answer cannot be used");
  }
}

/** The same over a stream, whose last message counts. */
class StreamedCheck extends HttpFilter {
  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    const stream = serviceFor(headers).stream(this, "CheckAll", new StreamedAnswer());
    if (stream === null || !stream.send(question(headers), true)) this.sendLocalReply(503, lastFailure());
    return HeadersAction.StopAllIterationAndWatermark;
  }
}

class StreamedAnswer extends GrpcStreamHandler<StreamedCheck> {
  private last: Uint8Array | null = null;
  private fields: i32 = 0;

  onInitialMetadata(filter: StreamedCheck, stream: GrpcStream, metadata: Headers): void {
    this.fields += metadata.fields().length;
  }

  onMessage(filter: StreamedCheck, stream: GrpcStream, message: Uint8Array): void {
    this.last = message;
  }

  onTrailingMetadata(filter: StreamedCheck, stream: GrpcStream, metadata: Headers): void {
    this.fields += metadata.fields().length;
  }

  onClose(filter: StreamedCheck, stream: GrpcStream, status: GrpcStatus, message: string): void {
    const last = this.last;
    if (status != GrpcStatus.Ok) {
      filter.sendLocalReply(status == GrpcStatus.PermissionDenied ? 403 : 503, message);
    } else if (last !== null && tell(filter, last)) {
      filter.resumeRequest();
    } else {
      filter.sendLocalReply(503, "the service's answer cannot be used");
    }
  }
}

function serviceFor(headers: Headers): GrpcService {
  const cluster = headers.get("x-cluster");
  const service = new GrpcService(cluster === null ? "grpc" : cluster, "test.Checks").timeout(500);
  const token = headers.get("x-token");
  return token === null ? service : service.metadata("x-token", token);
}

/** { 1: path } */
function question(headers: Headers): Uint8Array {
  const message = new ProtobufWriter();
  const path = headers.get(":path");
  message.string(1, path === null ? "" : path);
  return message.finish();
}

/** Tells the upstream what the answer { 1: user } says; false: it says nothing that could be told. */
function tell(filter: HttpFilter, answer: Uint8Array): bool {
  const message = new ProtobufReader(answer);
  let user = "";
  while (message.next()) {
    if (message.field == 1) user = message.string();
  }
  return !message.failed && filter.requestHeaders.set("x-user", user);
}

registerHttpFilter<UnaryCheck>("unary");
registerHttpFilter<StreamedCheck>("streamed");
