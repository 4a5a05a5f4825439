// The raw ABI and a few words on top of it, put in front of every test filter. Imports that a filter does not use
// are not in its module.

@external("env", "proxy_log")
declare function proxy_log(level: i32, text: usize, size: usize): i32;


@external("env", "proxy_get_log_level")
declare function proxy_get_log_level(out: usize): i32;


@external("env", "proxy_get_status")
declare function proxy_get_status(code: usize, text: usize, size: usize): i32;


@external("env", "proxy_get_current_time_nanoseconds")
declare function proxy_get_current_time_nanoseconds(out: usize): i32;


@external("env", "proxy_set_effective_context")
declare function proxy_set_effective_context(id: i32): i32;


@external("env", "proxy_done")
declare function proxy_done(): i32;


@external("env", "proxy_set_tick_period_milliseconds")
declare function proxy_set_tick_period_milliseconds(period: i32): i32;


@external("env", "proxy_continue_stream")
declare function proxy_continue_stream(type: i32): i32;


@external("env", "proxy_close_stream")
declare function proxy_close_stream(type: i32): i32;


@external("env", "proxy_send_local_response")
declare function proxy_send_local_response(
  status: i32,
  details: usize,
  detailsSize: usize,
  body: usize,
  bodySize: usize,
  headers: usize,
  headersSize: usize,
  grpcStatus: i32,
): i32;


@external("env", "proxy_get_header_map_pairs")
declare function proxy_get_header_map_pairs(map: i32, out: usize, size: usize): i32;


@external("env", "proxy_set_header_map_pairs")
declare function proxy_set_header_map_pairs(map: i32, pairs: usize, size: usize): i32;


@external("env", "proxy_get_header_map_value")
declare function proxy_get_header_map_value(
  map: i32,
  key: usize,
  keySize: usize,
  out: usize,
  size: usize,
): i32;


@external("env", "proxy_add_header_map_value")
declare function proxy_add_header_map_value(
  map: i32,
  key: usize,
  keySize: usize,
  value: usize,
  size: usize,
): i32;


@external("env", "proxy_replace_header_map_value")
declare function proxy_replace_header_map_value(
  map: i32,
  key: usize,
  keySize: usize,
  value: usize,
  size: usize,
): i32;


@external("env", "proxy_remove_header_map_value")
declare function proxy_remove_header_map_value(map: i32, key: usize, keySize: usize): i32;


@external("env", "proxy_get_header_map_size")
declare function proxy_get_header_map_size(map: i32, out: usize): i32;


@external("env", "proxy_get_buffer_bytes")
declare function proxy_get_buffer_bytes(type: i32, start: i32, length: i32, out: usize, size: usize): i32;


@external("env", "proxy_get_buffer_status")
declare function proxy_get_buffer_status(type: i32, size: usize, flags: usize): i32;


@external("env", "proxy_set_buffer_bytes")
declare function proxy_set_buffer_bytes(type: i32, start: i32, length: i32, data: usize, size: usize): i32;


@external("env", "proxy_get_property")
declare function proxy_get_property(path: usize, pathSize: usize, out: usize, size: usize): i32;


@external("env", "proxy_set_property")
declare function proxy_set_property(path: usize, pathSize: usize, value: usize, size: usize): i32;


@external("env", "proxy_define_metric")
declare function proxy_define_metric(type: i32, name: usize, nameSize: usize, out: usize): i32;


@external("env", "proxy_increment_metric")
declare function proxy_increment_metric(id: i32, offset: i64): i32;


@external("env", "proxy_record_metric")
declare function proxy_record_metric(id: i32, value: i64): i32;


@external("env", "proxy_get_metric")
declare function proxy_get_metric(id: i32, out: usize): i32;


@external("env", "proxy_get_shared_data")
declare function proxy_get_shared_data(key: usize, keySize: usize, out: usize, size: usize, cas: usize): i32;


@external("env", "proxy_set_shared_data")
declare function proxy_set_shared_data(key: usize, keySize: usize, value: usize, size: usize, cas: i32): i32;


@external("env", "proxy_http_call")
declare function proxy_http_call(
  cluster: usize,
  clusterSize: usize,
  headers: usize,
  headersSize: usize,
  body: usize,
  bodySize: usize,
  trailers: usize,
  trailersSize: usize,
  timeout: i32,
  token: usize,
): i32;


@external("env", "proxy_register_shared_queue")
declare function proxy_register_shared_queue(name: usize, size: usize, token: usize): i32;


@external("env", "proxy_resolve_shared_queue")
declare function proxy_resolve_shared_queue(
  vmId: usize,
  vmIdSize: usize,
  name: usize,
  size: usize,
  token: usize,
): i32;


@external("env", "proxy_enqueue_shared_queue")
declare function proxy_enqueue_shared_queue(token: i32, data: usize, size: usize): i32;


@external("env", "proxy_dequeue_shared_queue")
declare function proxy_dequeue_shared_queue(token: i32, out: usize, size: usize): i32;


@external("env", "proxy_call_foreign_function")
declare function proxy_call_foreign_function(
  name: usize,
  nameSize: usize,
  data: usize,
  size: usize,
  out: usize,
  outSize: usize,
): i32;


@external("env", "proxy_grpc_call")
declare function proxy_grpc_call(
  target: usize,
  targetSize: usize,
  service: usize,
  serviceSize: usize,
  method: usize,
  methodSize: usize,
  metadata: usize,
  metadataSize: usize,
  request: usize,
  requestSize: usize,
  timeout: i32,
  token: usize,
): i32;


@external("env", "proxy_grpc_stream")
declare function proxy_grpc_stream(
  target: usize,
  targetSize: usize,
  service: usize,
  serviceSize: usize,
  method: usize,
  methodSize: usize,
  metadata: usize,
  metadataSize: usize,
  token: usize,
): i32;


@external("env", "proxy_grpc_send")
declare function proxy_grpc_send(token: i32, data: usize, size: usize, end: i32): i32;


@external("env", "proxy_grpc_close")
declare function proxy_grpc_close(token: i32): i32;


@external("env", "proxy_grpc_cancel")
declare function proxy_grpc_cancel(token: i32): i32;


@external("env", "envoy_resolve_dns")
declare function envoy_resolve_dns(name: usize, size: usize, token: usize): i32;


@external("wasi_snapshot_preview1", "fd_write")
declare function fd_write(fd: i32, vectors: usize, count: i32, written: usize): i32;


@external("wasi_snapshot_preview1", "proc_exit")
declare function proc_exit(code: i32): void;

export function proxy_abi_version_0_2_1(): void {}

export function malloc(size: usize): usize {
  return heap.alloc(size);
}

const CONTINUE = 0;
const STOP = 1;
const REQUEST = 0;
const REQUEST_TRAILERS = 1;
const RESPONSE = 2;
const RESPONSE_TRAILERS = 3;
const REQUEST_BODY = 0;
const RESPONSE_BODY = 1;
const VM_CONFIGURATION = 6;
const PLUGIN_CONFIGURATION = 7;
const INFO = 2;

/** Where host calls put their answers: address at `out`, size at `out + 4`. */
const out = memory.data(32);

function bytes(text: string): ArrayBuffer {
  return String.UTF8.encode(text);
}

function address(data: ArrayBuffer): usize {
  return changetype<usize>(data);
}

function returned(): string {
  const size = load<u32>(out, 4);
  return size == 0 ? "" : String.UTF8.decodeUnsafe(load<u32>(out), size);
}

function log(text: string): void {
  const data = bytes(text);
  proxy_log(INFO, address(data), data.byteLength);
}

/** The value, or the status in angle brackets: `<1>` is NotFound. */
function get(map: i32, name: string): string {
  const key = bytes(name);
  const status = proxy_get_header_map_value(map, address(key), key.byteLength, out, out + 4);
  return status == 0 ? returned() : `<${status}>`;
}

function add(map: i32, name: string, text: string): i32 {
  const key = bytes(name);
  const value = bytes(text);
  return proxy_add_header_map_value(map, address(key), key.byteLength, address(value), value.byteLength);
}

function replace(map: i32, name: string, text: string): i32 {
  const key = bytes(name);
  const value = bytes(text);
  return proxy_replace_header_map_value(map, address(key), key.byteLength, address(value), value.byteLength);
}

function remove(map: i32, name: string): i32 {
  const key = bytes(name);
  return proxy_remove_header_map_value(map, address(key), key.byteLength);
}

/** The bytes of a buffer as text, or the status in angle brackets. */
function buffer(type: i32): string {
  const status = proxy_get_buffer_bytes(type, 0, i32.MAX_VALUE, out, out + 4);
  return status == 0 ? returned() : `<${status}>`;
}

function setBuffer(type: i32, start: i32, length: i32, text: string): i32 {
  const data = bytes(text);
  return proxy_set_buffer_bytes(type, start, length, address(data), data.byteLength);
}

function reply(status: i32, details: string, text: string): i32 {
  const why = bytes(details);
  const body = bytes(text);
  return proxy_send_local_response(
    status,
    address(why),
    why.byteLength,
    address(body),
    body.byteLength,
    0,
    0,
    -1,
  );
}

/** A property's value as text, or the status in angle brackets; segments are separated by `|`. */
function property(path: string): string {
  const data = bytes(path);
  for (let at = 0; at < data.byteLength; at++) {
    if (load<u8>(address(data) + at) == 0x7c) store<u8>(address(data) + at, 0);
  }
  const status = proxy_get_property(address(data), data.byteLength, out, out + 4);
  return status == 0 ? returned() : `<${status}>`;
}

/** A serialised map of lines `name: value`, separated by `|`. */
function pairs(lines: string): ArrayBuffer {
  const fields = lines == "" ? new Array<string>() : lines.split("|");
  let size = 4;
  for (let index = 0; index < fields.length; index++) {
    const at = fields[index].indexOf(": ");
    size +=
      10 +
      bytes(fields[index].substring(0, at)).byteLength +
      bytes(fields[index].substring(at + 2)).byteLength;
  }
  const map = new ArrayBuffer(size);
  let sizes = address(map);
  let text = sizes + 4 + 8 * fields.length;
  store<u32>(sizes, fields.length);
  sizes += 4;
  for (let index = 0; index < fields.length; index++) {
    const at = fields[index].indexOf(": ");
    const key = bytes(fields[index].substring(0, at));
    const value = bytes(fields[index].substring(at + 2));
    store<u32>(sizes, key.byteLength);
    store<u32>(sizes, value.byteLength, 4);
    sizes += 8;
    memory.copy(text, address(key), key.byteLength);
    memory.copy(text + key.byteLength + 1, address(value), value.byteLength);
    text += key.byteLength + value.byteLength + 2;
  }
  return map;
}

const GET = ":method: GET|:path: /check|:authority: authn";

/** Calls a cluster; the token is at `out`. */
function httpCall(cluster: string, headers: string, body: string, timeout: i32): i32 {
  const name = bytes(cluster);
  const map = pairs(headers);
  const data = bytes(body);
  return proxy_http_call(
    address(name),
    name.byteLength,
    address(map),
    map.byteLength,
    address(data),
    data.byteLength,
    0,
    0,
    timeout,
    out,
  );
}

/** Code and text of `proxy_get_status`. */
function lastStatus(): string {
  proxy_get_status(out + 8, out, out + 4);
  return load<u32>(out, 8).toString() + " " + returned();
}

/** The queue's token, or -1. */
function registerQueue(name: string): i32 {
  const data = bytes(name);
  return proxy_register_shared_queue(address(data), data.byteLength, out) == 0 ? load<i32>(out) : -1;
}

/** The same for a queue that another plugin registered, or the status in angle brackets. */
function resolveQueue(vmId: string, name: string): string {
  const owner = bytes(vmId);
  const data = bytes(name);
  const status = proxy_resolve_shared_queue(
    address(owner),
    owner.byteLength,
    address(data),
    data.byteLength,
    out,
  );
  return status == 0 ? load<i32>(out).toString() : `<${status}>`;
}

function enqueue(token: i32, text: string): i32 {
  const data = bytes(text);
  return proxy_enqueue_shared_queue(token, address(data), data.byteLength);
}

/** The item, or the status in angle brackets. */
function dequeue(token: i32): string {
  const status = proxy_dequeue_shared_queue(token, out, out + 4);
  return status == 0 ? returned() : `<${status}>`;
}

/** The result, or the status in angle brackets. */
function foreign(name: string, data: ArrayBuffer): string {
  const key = bytes(name);
  const status = proxy_call_foreign_function(
    address(key),
    key.byteLength,
    address(data),
    data.byteLength,
    out,
    out + 4,
  );
  return status == 0 ? returned() : `<${status}>`;
}

/** A serialised map as lines `name: value`, separated by `|`; the status in angle brackets when it can't be had. */
function allPairs(map: i32): string {
  const status = proxy_get_header_map_pairs(map, out, out + 4);
  if (status != 0) return `<${status}>`;
  const at = load<u32>(out);
  if (load<u32>(out, 4) == 0) return "";
  const count = load<u32>(at);
  let lines = "";
  let text = at + 4 + 8 * count;
  for (let index: u32 = 0; index < count; index++) {
    const keySize = load<u32>(at + 4 + 8 * index);
    const valueSize = load<u32>(at + 8 + 8 * index);
    if (index > 0) lines += "|";
    lines += String.UTF8.decodeUnsafe(text, keySize) + ": ";
    lines += String.UTF8.decodeUnsafe(text + keySize + 1, valueSize);
    text += keySize + valueSize + 2;
  }
  return lines;
}

/** A serialised GrpcService that names a cluster (shorter than 120 octets). */
function grpcService(cluster: string): ArrayBuffer {
  const name = bytes(cluster);
  const message = new ArrayBuffer(name.byteLength + 4);
  store<u8>(address(message), 0x0a);
  store<u8>(address(message), u8(name.byteLength + 2), 1);
  store<u8>(address(message), 0x0a, 2);
  store<u8>(address(message), u8(name.byteLength), 3);
  memory.copy(address(message) + 4, address(name), name.byteLength);
  return message;
}

/** Calls `/test.Service/METHOD`; the token is at `out`. */
function grpcCall(target: ArrayBuffer, method: string, metadata: string, request: string, timeout: i32): i32 {
  const service = bytes("test.Service");
  const name = bytes(method);
  const map = metadata == "" ? new ArrayBuffer(0) : pairs(metadata);
  const data = bytes(request);
  return proxy_grpc_call(
    address(target),
    target.byteLength,
    address(service),
    service.byteLength,
    address(name),
    name.byteLength,
    address(map),
    map.byteLength,
    address(data),
    data.byteLength,
    timeout,
    out,
  );
}

/** Opens a stream to `/test.Service/METHOD`; the token is at `out`. */
function grpcStream(target: ArrayBuffer, method: string, metadata: string): i32 {
  const service = bytes("test.Service");
  const name = bytes(method);
  const map = metadata == "" ? new ArrayBuffer(0) : pairs(metadata);
  return proxy_grpc_stream(
    address(target),
    target.byteLength,
    address(service),
    service.byteLength,
    address(name),
    name.byteLength,
    address(map),
    map.byteLength,
    out,
  );
}

function grpcSend(token: i32, text: string, end: bool = false): i32 {
  const data = bytes(text);
  return proxy_grpc_send(token, address(data), data.byteLength, end ? 1 : 0);
}
