// A filter that uses a part of every room of the SDK: a compiler or runtime that cannot compile one of them is found by it.
import {
  Body,
  BodyAction,
  BodyUse,
  CallOutcome,
  ClosedBy,
  Configuration,
  Counter,
  Expression,
  GrpcCallback,
  GrpcService,
  GrpcStream,
  GrpcStreamHandler,
  Headers,
  HeadersAction,
  HttpCallback,
  HttpCallHandler,
  HttpFilter,
  HttpRequest,
  HttpResponse,
  lastFailure,
  log,
  NetworkAction,
  NetworkFilter,
  Plugin,
  properties,
  registerHttpFilter,
  registerNetworkFilter,
  registerPlugin,
  SharedCounter,
  SharedQueue,
  StreamData,
  TimerCallback,
  verifySignatureWithPem,
} from "as-proxy-wasm-sdk";
import { CidrSet } from "as-proxy-wasm-sdk/cidr";
import { Cookies } from "as-proxy-wasm-sdk/cookies";
import { constantTimeEqualsText, hmacSha256, sha256 } from "as-proxy-wasm-sdk/crypto";
import { base64UrlDecode, hexEncode, percentDecode } from "as-proxy-wasm-sdk/encoding";
import { Json } from "as-proxy-wasm-sdk/json";
import { Jwt } from "as-proxy-wasm-sdk/jwt";
import { Pattern } from "as-proxy-wasm-sdk/pattern";
import { ProtobufReader } from "as-proxy-wasm-sdk/protobuf";
import { QueryParameters } from "as-proxy-wasm-sdk/query";
import { TokenBucket } from "as-proxy-wasm-sdk/token-bucket";

class Everything extends Plugin {
  waiting: Gate[] = [];
  seen: Counter = new Counter("seen");
  bucket: TokenBucket = new TokenBucket(10, 5);

  onConfigure(configuration: Configuration): bool {
    const read = configuration.optionalReader();
    const limit = read.integer("limit", 10, 1, 100);
    this.setTickPeriod(<u32>limit * 1000);
    this.setInterval(
      new TimerCallback<Everything>((plugin, timer) => {
        for (let i = 0; i < plugin.waiting.length; ++i) plugin.waiting[i].resumeRequest();
        plugin.waiting = [];
      }),
      1000,
    );
    SharedQueue.register("queue");
    return read.done();
  }

  onTick(): void {
    const request = HttpRequest.get("cluster", "/").retries(2, 10);
    request.send(this, new HttpCallback<Everything>((plugin, response) => log.info(`${response.status}`)));
  }

  onQueueReady(queue: SharedQueue): void {
    for (let item = queue.dequeueText(); item !== null; item = queue.dequeueText()) log.info(item);
  }

  onDone(): bool {
    return true;
  }
}

class Answer extends HttpCallHandler<Gate> {
  onResponse(gate: Gate, response: HttpResponse): void {
    if (response.ok) gate.resumeRequest();
    else gate.sendLocalReply(response.outcome == CallOutcome.Answered ? 403 : 503);
  }
}

class Echo extends GrpcStreamHandler<Gate> {
  onMessage(gate: Gate, stream: GrpcStream, message: Uint8Array): void {
    if (new ProtobufReader(message).failed) stream.cancel();
    else stream.send(message, true);
  }
}

class Gate extends HttpFilter {
  private calls: i32 = 0;

  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    const plugin = this.plugin<Everything>();
    plugin.seen.with("method", headers.get(":method") || "").increment();
    const path = headers.get(":path");
    if (path !== null && path.startsWith("/library")) headers.set("x-library", library(headers, path));
    if (path !== null && path.startsWith("/host")) headers.set("x-host", host());
    if (headers.has("x-collect")) return this.collectRequestBody(1000, BodyUse.ChangeHeld);
    if (!headers.has("x-call")) return HeadersAction.Continue;
    if (!HttpRequest.get("authn", "/check").headersOf(headers).send(this, new Answer()))
      log.error(lastFailure());
    const service = new GrpcService("service", "package.Service");
    service.call(
      this,
      "Method",
      new Uint8Array(0),
      new GrpcCallback<Gate>((gate, response) => {
        if (response.ok) gate.calls++;
      }),
    );
    service.stream(this, "Stream", new Echo());
    plugin.waiting.push(this);
    return HeadersAction.StopAllIterationAndWatermark;
  }

  onRequestBodyComplete(body: Body): BodyAction {
    const json = Json.parse(body.bytes()).value;
    if (json !== null) body.replaceText(json.toString());
    return BodyAction.Continue;
  }

  onResponseHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    return headers.has("x-read") ? this.collectResponseBody(1000) : HeadersAction.Continue;
  }

  onResponseBodyComplete(body: Body): BodyAction {
    return BodyAction.Continue;
  }

  onLog(): void {
    log.debug(`${properties.request.duration()}`);
  }
}

/** Something of every library. */
function library(headers: Headers, path: string): string {
  const cookies = Cookies.parse(headers.get("cookie") || "");
  const token = Jwt.decodeUnverified(cookies.get("token") || "");
  const query = QueryParameters.fromTarget(path);
  const pattern = Pattern.compile("^/[a-z]+$").pattern;
  const known = CidrSet.parse(["10.0.0.0/8"]);
  const decoded = base64UrlDecode(query.get("q") || "");
  const digest = hexEncode(
    hmacSha256(sha256(new Uint8Array(3)), decoded === null ? new Uint8Array(0) : decoded),
  );
  const sides = [
    token === null ? "" : token.subject || "",
    pattern !== null && pattern.test(percentDecode(path) || "") ? "word" : "",
    known !== null && known.containsText(properties.source.address() || "") ? "inside" : "",
    constantTimeEqualsText(digest, "") ? "" : digest,
  ];
  return sides.join(" ");
}

/** Something of every service of the host. */
function host(): string {
  const expression = Expression.create("request.path");
  let path: string | null = null;
  if (expression !== null) path = expression.evaluateText();
  const count = new SharedCounter("count").add(1);
  const verified = verifySignatureWithPem("sha256", "", new Uint8Array(0), new Uint8Array(0));
  return `${path === null ? "" : path} ${count} ${verified.valid ? "valid" : verified.error}`;
}

class Tcp extends NetworkFilter {
  onNewConnection(): NetworkAction {
    return NetworkAction.StopIteration;
  }

  onDownstreamData(data: StreamData, endOfStream: bool): NetworkAction {
    if (data.size > 3) this.setTcpCluster("other");
    return NetworkAction.Continue;
  }

  onDownstreamClose(by: ClosedBy): void {
    this.closeUpstream();
  }
}

registerHttpFilter<Gate, Everything>("http");
registerNetworkFilter<Tcp, Everything>("tcp");
registerPlugin<Everything>("plugin");
