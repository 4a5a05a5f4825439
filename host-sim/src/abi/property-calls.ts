import { Status } from "./enums.js";
import { env, returnBytes, type HostCall } from "./host-function.js";

/** Properties (abi.md 5.14, 6). */
export const propertyCalls = [
  env(
    "proxy_get_property",
    "iiii",
    (call: HostCall, path: number, pathSize: number, addressOut: number, sizeOut: number) => {
      const name = call.memory.readName(path, pathSize);
      if (name === null) return Status.InvalidMemoryAccess;
      const value = call.context.getProperty(name);
      return value.ok ? returnBytes(call, value.value, addressOut, sizeOut) : value.status;
    },
  ),

  env(
    "proxy_set_property",
    "iiii",
    (call: HostCall, path: number, pathSize: number, value: number, size: number) => {
      const name = call.memory.readName(path, pathSize);
      const bytes = call.memory.read(value, size);
      if (name === null || bytes === null) return Status.InvalidMemoryAccess;
      return call.context.setProperty(name, bytes);
    },
  ),
];
