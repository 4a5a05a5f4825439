// Shared data: one store a VM id for the whole process, so that canary, main thread and worker see each other's.
import { bytes, text } from "../../assembly/host";
import { proxy_get_shared_data, proxy_set_shared_data } from "./env";

const OUT = memory.data(12);

export function getShared(key: string): string {
  const name = bytes(key);
  memory.fill(OUT, 0xff, 12);
  const status = proxy_get_shared_data(changetype<usize>(name), name.byteLength, OUT, OUT + 4, OUT + 8);
  if (status != 0) return status.toString();
  const size = load<i32>(OUT, 4);
  const value = size == 0 ? "empty at " + load<i32>(OUT).toString() : text(load<u32>(OUT), size);
  return "0 " + value + " number " + load<i32>(OUT, 8).toString();
}

export function setShared(key: string, value: string, number: i32): i32 {
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
