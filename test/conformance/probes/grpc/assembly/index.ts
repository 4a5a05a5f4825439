// gRPC callouts (abi.md 7.5, E.1): calls and streams, every ending, every status, what is readable where.
import { proxy_continue_stream, proxy_set_effective_context } from "../../assembly/env";
import {
  bytes,
  encodePairs,
  enter,
  getBuffer,
  getHeader,
  headerOrNull,
  log,
  statusOf,
} from "../../assembly/host";
import {
  proxy_grpc_call,
  proxy_grpc_cancel,
  proxy_grpc_close,
  proxy_grpc_send,
  proxy_grpc_stream,
} from "./env";

const TOKEN = memory.data(4);
let waiting: i32 = 0;
let last: i32 = 0;
/** What to do on the first message of a stream: 0 nothing, 1 cancel, 2 half-close, 3 send one more and half-close. */
let plan: i32 = 0;

export function proxy_abi_version_0_2_1(): void {}
export function malloc(size: i32): usize {
  return heap.alloc(size);
}

/** A serialised envoy.config.core.v3.GrpcService; a text that is none is a cluster name. */
function target(cluster: string, plain: bool): ArrayBuffer {
  const name = bytes(cluster);
  if (plain) return name;
  const service = new ArrayBuffer(name.byteLength + 4);
  const data = changetype<usize>(service);
  store<u8>(data, 0x0a);
  store<u8>(data + 1, name.byteLength + 2);
  store<u8>(data + 2, 0x0a);
  store<u8>(data + 3, name.byteLength);
  memory.copy(data + 4, changetype<usize>(name), name.byteLength);
  return service;
}

function open(unary: bool, cluster: string, plain: bool, name: string, timeout: i32): string {
  const to = target(cluster, plain);
  const service = bytes("probe.Service");
  const method = bytes(name);
  const metadata = encodePairs(["X-Asked", "yes", "x-raw-bin", "\0\x01"]);
  const message = bytes("question");
  store<i32>(TOKEN, -1);
  const status = unary
    ? proxy_grpc_call(
        changetype<usize>(to),
        to.byteLength,
        changetype<usize>(service),
        service.byteLength,
        changetype<usize>(method),
        method.byteLength,
        changetype<usize>(metadata),
        metadata.byteLength,
        changetype<usize>(message),
        message.byteLength,
        timeout,
        TOKEN,
      )
    : proxy_grpc_stream(
        changetype<usize>(to),
        to.byteLength,
        changetype<usize>(service),
        service.byteLength,
        changetype<usize>(method),
        method.byteLength,
        changetype<usize>(metadata),
        metadata.byteLength,
        TOKEN,
      );
  last = load<i32>(TOKEN);
  return status.toString() + " token " + last.toString();
}

function send(token: i32, text: string, end: i32): i32 {
  const message = bytes(text);
  return proxy_grpc_send(token, changetype<usize>(message), message.byteLength, end);
}

export function proxy_on_request_headers(context: i32, headers: i32, endOfStream: i32): i32 {
  enter();
  const order = headerOrNull(0, "x-do");
  if (order === null) return 0;
  const given = headerOrNull(0, "x-cluster");
  const cluster = given === null ? "greeter" : given;
  const asked = headerOrNull(0, "x-method");
  const method = asked === null ? "Hello" : asked;
  const time = headerOrNull(0, "x-timeout");
  const timeout = time === null ? 5000 : i32.parse(time);
  const plain = headerOrNull(0, "x-plain") !== null;
  waiting = context;
  plan = 0;
  if (order == "tokens") {
    log(
      "send " +
        send(4, "x", 0).toString() +
        send(5, "x", 0).toString() +
        send(6, "x", 0).toString() +
        send(7, "x", 0).toString(),
    );
    log(
      "close " +
        proxy_grpc_close(4).toString() +
        proxy_grpc_close(999_997).toString() +
        proxy_grpc_close(7).toString(),
    );
    log(
      "cancel " +
        proxy_grpc_cancel(4).toString() +
        proxy_grpc_cancel(999_997).toString() +
        proxy_grpc_cancel(7).toString(),
    );
    return 0;
  }
  const unary = order.startsWith("call");
  log(open(unary, cluster, plain, method, timeout));
  if (order == "call-cancel") {
    log(
      "send " +
        send(last, "x", 0).toString() +
        ", cancel " +
        proxy_grpc_cancel(last).toString() +
        proxy_grpc_cancel(last).toString(),
    );
    return 0;
  }
  if (order == "stream-cancel-at-once") {
    log("cancel " + proxy_grpc_cancel(last).toString() + ", send " + send(last, "x", 0).toString());
    return 0;
  }
  if (order == "stream-send")
    log(
      "send " +
        send(last, "one", 0).toString() +
        send(last, "two", 1).toString() +
        send(last, "lost", 0).toString(),
    );
  if (order == "stream-close")
    log(
      "send " +
        send(last, "one", 0).toString() +
        ", close " +
        proxy_grpc_close(last).toString() +
        proxy_grpc_close(last).toString(),
    );
  if (order == "stream-then-cancel") plan = 1;
  if (order == "stream-then-close") plan = 2;
  if (order == "stream-then-more") plan = 3;
  if (plan != 0) log("send " + send(last, "one", 0).toString());
  return order.endsWith("-pass") ? 0 : 1;
}

function go(): void {
  log("effective " + proxy_set_effective_context(waiting).toString() + ", path " + getHeader(0, ":path"));
  log("continue " + proxy_continue_stream(0).toString());
}

function readable(): string {
  return (
    "4 " +
    getHeader(4, "x-initial") +
    ", 5 " +
    getHeader(5, "x-trailing") +
    ", buffer " +
    getBuffer(5, 0, 100) +
    ", status " +
    statusOf()
  );
}

export function proxy_on_grpc_receive_initial_metadata(root: i32, token: i32, headers: i32): void {
  enter();
  log("initial metadata " + token.toString() + ": :status " + getHeader(4, ":status") + ", " + readable());
}

export function proxy_on_grpc_receive(root: i32, token: i32, size: i32): void {
  enter();
  log("receive " + token.toString() + " " + size.toString() + ": " + readable());
  if ((token & 3) == 1) return go();
  const next = plan;
  plan = 0;
  if (next == 1) {
    log(
      "cancel " +
        proxy_grpc_cancel(token).toString() +
        ", send " +
        send(token, "x", 0).toString() +
        ", close " +
        proxy_grpc_close(token).toString(),
    );
    go();
  }
  if (next == 2) log("close " + proxy_grpc_close(token).toString());
  if (next == 3) log("send " + send(token, "three", 1).toString());
}

export function proxy_on_grpc_receive_trailing_metadata(root: i32, token: i32, trailers: i32): void {
  enter();
  log(
    "trailing metadata " +
      token.toString() +
      ": grpc-status " +
      getHeader(5, "grpc-status") +
      ", " +
      readable(),
  );
}

export function proxy_on_grpc_close(root: i32, token: i32, code: i32): void {
  enter();
  log("close " + token.toString() + " " + code.toString() + ": " + readable());
  log(
    "send " +
      send(token, "x", 0).toString() +
      ", close " +
      proxy_grpc_close(token).toString() +
      ", cancel " +
      proxy_grpc_cancel(token).toString(),
  );
  go();
}

export function proxy_on_delete(context: i32): void {
  enter();
  log("delete, status " + statusOf());
}
