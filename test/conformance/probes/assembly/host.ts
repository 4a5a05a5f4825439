// One function a host call, statuses returned as they come: probes ask what a host answers, right or wrong.
// Nothing is freed within a callback (runtime stub), so that pointers tell every allocation.
import * as env from "./env";

/** The last value a host call returned, and its status. */
export let status: i32 = 0;
const OUT = memory.data(16);

/** Forgets everything from earlier callbacks, so that equal callbacks use equal pointers. First call of every callback. */
export function enter(): void {
  heap.reset();
}

export function bytes(text: string): ArrayBuffer {
  return String.UTF8.encode(text);
}

export function text(data: usize, size: i32): string {
  return String.UTF8.decodeUnsafe(data, size);
}

export function log(message: string): void {
  const data = bytes(message);
  env.proxy_log(2, changetype<usize>(data), data.byteLength);
}

function clearOut(): void {
  store<i64>(OUT, -1);
}

/** `status value`, or the status alone: -1 in the out words would say that they were left untouched. */
function outText(result: i32): string {
  status = result;
  if (result != 0) return result.toString() + (load<i64>(OUT) == -1 ? "" : " words written");
  const data = load<u32>(OUT);
  const size = load<i32>(OUT, 4);
  if (size == 0) return data == 0 ? "0 empty" : "0 empty with a pointer";
  return "0 " + text(data, size);
}

export function getHeader(map: i32, name: string): string {
  const key = bytes(name);
  clearOut();
  return outText(env.proxy_get_header_map_value(map, changetype<usize>(key), key.byteLength, OUT, OUT + 4));
}

/** The value of a header that is there, else null. */
export function headerOrNull(map: i32, name: string): string | null {
  const result = getHeader(map, name);
  if (status != 0) return null;
  return result == "0 empty" ? "" : result.substring(2);
}

export function addHeader(map: i32, name: string, value: string): i32 {
  const key = bytes(name);
  const data = bytes(value);
  return env.proxy_add_header_map_value(
    map,
    changetype<usize>(key),
    key.byteLength,
    changetype<usize>(data),
    data.byteLength,
  );
}

export function replaceHeader(map: i32, name: string, value: string): i32 {
  const key = bytes(name);
  const data = bytes(value);
  return env.proxy_replace_header_map_value(
    map,
    changetype<usize>(key),
    key.byteLength,
    changetype<usize>(data),
    data.byteLength,
  );
}

export function removeHeader(map: i32, name: string): i32 {
  const key = bytes(name);
  return env.proxy_remove_header_map_value(map, changetype<usize>(key), key.byteLength);
}

/** All pairs as `name=value|…` after the status. */
export function pairs(map: i32): string {
  clearOut();
  const result = env.proxy_get_header_map_pairs(map, OUT, OUT + 4);
  if (result != 0) return result.toString();
  const data = load<u32>(OUT);
  const size = load<i32>(OUT, 4);
  if (size == 0) return data == 0 ? "0 absent" : "0 absent with a pointer";
  const count = load<u32>(data);
  let at = data + 4 + count * 8;
  let all = "0 (" + count.toString() + ", " + size.toString() + " bytes)";
  for (let i: u32 = 0; i < count; i++) {
    const nameSize = load<u32>(data + 4 + i * 8);
    const valueSize = load<u32>(data + 8 + i * 8);
    all += " " + text(at, nameSize) + "=" + text(at + nameSize + 1, valueSize) + "|";
    at += nameSize + 1 + valueSize + 1;
  }
  return all;
}

/** `list` is name, value, name, value, …; null sends no bytes at all. */
export function encodePairs(list: string[]): ArrayBuffer {
  const parts = new Array<ArrayBuffer>();
  let size = 4;
  for (let i = 0; i < list.length; i++) {
    const part = bytes(list[i]);
    parts.push(part);
    size += 4 + part.byteLength + 1;
  }
  const buffer = new ArrayBuffer(size);
  const data = changetype<usize>(buffer);
  store<u32>(data, list.length / 2);
  let at = data + 4 + list.length * 4;
  for (let i = 0; i < parts.length; i++) {
    store<u32>(data + 4 + i * 4, parts[i].byteLength);
    memory.copy(at, changetype<usize>(parts[i]), parts[i].byteLength);
    at += parts[i].byteLength + 1;
  }
  return buffer;
}

export function setPairs(map: i32, list: string[]): i32 {
  const data = encodePairs(list);
  return env.proxy_set_header_map_pairs(map, changetype<usize>(data), data.byteLength);
}

export function mapSize(map: i32): string {
  store<i32>(OUT, -1);
  const result = env.proxy_get_header_map_size(map, OUT);
  return result == 0 ? "0 " + load<i32>(OUT).toString() : result.toString();
}

export function getBuffer(buffer: i32, start: i32, length: i32): string {
  clearOut();
  return outText(env.proxy_get_buffer_bytes(buffer, start, length, OUT, OUT + 4));
}

export function bufferStatus(buffer: i32): string {
  clearOut();
  const result = env.proxy_get_buffer_status(buffer, OUT, OUT + 4);
  return result == 0
    ? "0 " + load<i32>(OUT).toString() + "," + load<i32>(OUT, 4).toString()
    : result.toString();
}

export function setBuffer(buffer: i32, start: i32, length: i32, value: string): i32 {
  const data = bytes(value);
  return env.proxy_set_buffer_bytes(buffer, start, length, changetype<usize>(data), data.byteLength);
}

export function sendLocalResponse(
  code: i32,
  details: string,
  body: string,
  headers: string[],
  grpcStatus: i32 = -1,
): i32 {
  const detailBytes = bytes(details);
  const bodyBytes = bytes(body);
  const headerBytes = encodePairs(headers);
  return env.proxy_send_local_response(
    code,
    changetype<usize>(detailBytes),
    detailBytes.byteLength,
    changetype<usize>(bodyBytes),
    bodyBytes.byteLength,
    changetype<usize>(headerBytes),
    headers.length == 0 ? 0 : headerBytes.byteLength,
    grpcStatus,
  );
}

export function getProperty(path: string): string {
  const key = bytes(path.replaceAll(".", "\0"));
  clearOut();
  return outText(env.proxy_get_property(changetype<usize>(key), key.byteLength, OUT, OUT + 4));
}

export function propertyHex(path: string): string {
  const key = bytes(path.replaceAll(".", "\0"));
  clearOut();
  const result = env.proxy_get_property(changetype<usize>(key), key.byteLength, OUT, OUT + 4);
  if (result != 0) return result.toString();
  const data = load<u32>(OUT);
  const size = load<i32>(OUT, 4);
  let hex = "0 " + size.toString() + ":";
  for (let i = 0; i < size; i++)
    hex += load<u8>(data + i)
      .toString(16)
      .padStart(2, "0");
  return hex;
}

export function setProperty(path: string, value: string): i32 {
  const key = bytes(path);
  const data = bytes(value);
  return env.proxy_set_property(
    changetype<usize>(key),
    key.byteLength,
    changetype<usize>(data),
    data.byteLength,
  );
}

export function defineMetric(type: i32, name: string): string {
  const key = bytes(name);
  store<i32>(OUT, -1);
  const result = env.proxy_define_metric(type, changetype<usize>(key), key.byteLength, OUT);
  return result == 0 ? "0 " + load<i32>(OUT).toString() : result.toString();
}

export function metricId(type: i32, name: string): i32 {
  defineMetric(type, name);
  return load<i32>(OUT);
}

export function getMetric(id: i32): string {
  store<i64>(OUT, -1);
  const result = env.proxy_get_metric(id, OUT);
  return result == 0 ? "0 " + load<u64>(OUT).toString() : result.toString();
}

export function configuration(): string | null {
  const result = getBuffer(7, 0, i32.MAX_VALUE);
  if (status != 0) return null;
  return result == "0 empty" ? "" : result.substring(2);
}

export function statusOf(): string {
  memory.fill(OUT, 0xff, 12);
  const result = env.proxy_get_status(OUT + 8, OUT, OUT + 4);
  return result == 0 ? "0 " + load<i32>(OUT, 8).toString() + " " + outText(0) : result.toString();
}

export function logLevel(): string {
  store<i32>(OUT, -1);
  const result = env.proxy_get_log_level(OUT);
  return result.toString() + " " + load<i32>(OUT).toString();
}
