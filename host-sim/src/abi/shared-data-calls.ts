import { Status } from "./enums.js";
import { env, returnBytes, type HostCall } from "./host-function.js";

/** Shared data (abi.md 7.2). */
export const sharedDataCalls = [
  env(
    "proxy_get_shared_data",
    "iiiii",
    (call: HostCall, key: number, keySize: number, addressOut: number, sizeOut: number, casOut: number) => {
      const name = call.memory.readString(key, keySize);
      if (name === null) return Status.InvalidMemoryAccess;
      const entry = call.context.getSharedData(name);
      if (!entry.ok) return entry.status;
      const status = returnBytes(call, entry.value.value, addressOut, sizeOut);
      if (status !== Status.Ok) return status;
      return call.memory.writeU32(casOut, entry.value.cas) ? Status.Ok : Status.InvalidMemoryAccess;
    },
  ),

  env(
    "proxy_set_shared_data",
    "iiiii",
    (call: HostCall, key: number, keySize: number, value: number, size: number, cas: number) => {
      const name = call.memory.readString(key, keySize);
      const bytes = call.memory.read(value, size);
      if (name === null || bytes === null) return Status.InvalidMemoryAccess;
      return call.context.setSharedData(name, bytes, cas);
    },
  ),
];
