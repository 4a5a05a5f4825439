// Uses more than it may (abi.md 5.18, E.4).
import * as env from "../../assembly/env";
import { bytes, enter, getHeader, log, statusOf } from "../../assembly/host";


@external("env", "pthread_equal")
declare function pthread_equal(one: i32, other: i32): i32;


@external("env", "envoy_resolve_dns")
declare function envoy_resolve_dns(name: usize, size: i32, token: usize): i32;


@external("wasi_snapshot_preview1", "random_get")
declare function random_get(at: usize, size: i32): i32;


@external("wasi_snapshot_preview1", "fd_write")
declare function fd_write(fd: i32, vectors: usize, count: i32, written: usize): i32;


@external("wasi_snapshot_preview1", "proc_exit")
declare function proc_exit(code: i32): void;

export function proxy_abi_version_0_2_1(): void {}

export function malloc(size: i32): usize {
  return heap.alloc(size);
}

const OUT = memory.data(16);

function all(): void {
  log("equal " + pthread_equal(3, 3).toString() + ", random " + random_get(OUT, 4).toString());
  log("header " + getHeader(0, ":path") + ", status " + statusOf());
  log("write " + fd_write(1, 0, 0, OUT).toString());
  const name = bytes("127.0.0.1");
  log("resolve " + envoy_resolve_dns(changetype<usize>(name), name.byteLength, OUT).toString());
  log("property " + env.proxy_get_property(0, 0, OUT, OUT + 4).toString());
  proc_exit(0);
}

export function envoy_on_resolve_dns(root: i32, token: i32, size: i32): void {}

export function proxy_on_context_create(context: i32, parent: i32): void {
  enter();
  all();
}

export function proxy_on_vm_start(context: i32, size: i32): i32 {
  log("vm start");
  return 1;
}

export function proxy_on_configure(context: i32, size: i32): i32 {
  log("configure");
  return 1;
}

export function proxy_on_request_headers(context: i32, count: i32, end: i32): i32 {
  enter();
  all();
  return 0;
}

export function proxy_on_log(context: i32): void {
  log("log");
}

export function proxy_on_done(context: i32): i32 {
  return 1;
}

export function proxy_on_delete(context: i32): void {}
