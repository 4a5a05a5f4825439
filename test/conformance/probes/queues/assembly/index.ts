// Shared queues and shared data (abi.md 7.2, 7.3), within one VM and between two: the configuration says who registers.
import { bytes, configuration, enter, getProperty, headerOrNull, log, text } from "../../assembly/host";
import {
  proxy_dequeue_shared_queue,
  proxy_enqueue_shared_queue,
  proxy_get_shared_data,
  proxy_register_shared_queue,
  proxy_resolve_shared_queue,
  proxy_set_shared_data,
} from "./env";

const OUT = memory.data(12);
let consumes = false;
/** Whether a callback empties the queue, and not only takes one. */
let drains = false;

export function proxy_abi_version_0_2_1(): void {}
export function malloc(size: i32): usize {
  return heap.alloc(size);
}

function register(queue: string): string {
  const name = bytes(queue);
  store<i32>(OUT, -1);
  const status = proxy_register_shared_queue(changetype<usize>(name), name.byteLength, OUT);
  return status.toString() + " token " + load<i32>(OUT).toString();
}

function resolve(vm: string, queue: string): string {
  const owner = bytes(vm);
  const name = bytes(queue);
  store<i32>(OUT, -1);
  const status = proxy_resolve_shared_queue(
    changetype<usize>(owner),
    owner.byteLength,
    changetype<usize>(name),
    name.byteLength,
    OUT,
  );
  return status.toString() + " token " + load<i32>(OUT).toString();
}

function enqueue(token: i32, value: string): i32 {
  const data = bytes(value);
  return proxy_enqueue_shared_queue(token, changetype<usize>(data), data.byteLength);
}

function dequeue(token: i32): string {
  store<i64>(OUT, -1);
  const status = proxy_dequeue_shared_queue(token, OUT, OUT + 4);
  if (status != 0) return status.toString();
  const size = load<i32>(OUT, 4);
  return size == 0 ? "0 empty at " + load<i32>(OUT).toString() : "0 " + text(load<u32>(OUT), size);
}

function getShared(key: string): string {
  const name = bytes(key);
  memory.fill(OUT, 0xff, 12);
  const status = proxy_get_shared_data(changetype<usize>(name), name.byteLength, OUT, OUT + 4, OUT + 8);
  if (status != 0) return status.toString();
  return "0 " + text(load<u32>(OUT), load<i32>(OUT, 4)) + " number " + load<i32>(OUT, 8).toString();
}

function setShared(key: string, value: string, number: i32): i32 {
  const name = bytes(key);
  const data = bytes(value);
  return proxy_set_shared_data(
    changetype<usize>(name),
    name.byteLength,
    changetype<usize>(data),
    data.byteLength,
    number,
  );
}

export function proxy_on_configure(root: i32, size: i32): i32 {
  enter();
  const given = configuration();
  consumes = given !== null && given != "produce";
  drains = given !== null && given == "drain";
  if (consumes)
    log("register " + register("jobs") + ", again " + register("jobs") + ", empty name " + register(""));
  return 1;
}

export function proxy_on_request_headers(context: i32, headers: i32, endOfStream: i32): i32 {
  enter();
  const order = headerOrNull(0, "x-do");
  if (order === null) return 0;
  const vm = headerOrNull(0, "x-vm");
  log(getProperty("plugin_name") + " resolve " + resolve(vm === null ? "" : vm, "jobs"));
  const token = load<i32>(OUT);
  if (order == "enqueue")
    log("enqueue " + enqueue(token, "one").toString() + enqueue(token, "two").toString());
  if (order == "enqueue-empty") log("enqueue " + enqueue(token, "").toString());
  if (order == "unknown")
    log(
      "resolve " +
        resolve("", "none") +
        ", other vm " +
        resolve("none", "jobs") +
        ", enqueue " +
        enqueue(99, "x").toString() +
        ", dequeue " +
        dequeue(99),
    );
  if (order == "take") log("dequeue " + dequeue(token) + ", again " + dequeue(token));
  if (order == "take-back")
    log("enqueue " + enqueue(token, "mine").toString() + ", dequeue " + dequeue(token));
  if (order == "register") log("register from a stream " + register("later"));
  if (order == "shared") {
    log(
      "get " +
        getShared("count") +
        ", set " +
        setShared("count", "1", 0).toString() +
        ", get " +
        getShared("count"),
    );
    log(
      "wrong number " +
        setShared("count", "2", 77).toString() +
        ", missing key with a number " +
        setShared(getProperty("plugin_name"), "3", 9).toString(),
    );
  }
  return 0;
}

export function proxy_on_queue_ready(root: i32, token: i32): void {
  enter();
  log(getProperty("plugin_name") + " ready " + token.toString() + ": " + dequeue(token));
  if (drains) log("and " + dequeue(token) + ", and " + dequeue(token));
}
