import { HeaderMapType, isMember, Status } from "./enums.js";
import { env, returnRange, returnString, type HostCall } from "./host-function.js";
import { decodePairs, encodedSize, writePairs } from "./pairs.js";

/** Header maps (abi.md 5.6). */
export const headerMapCalls = [
  env(
    "proxy_get_header_map_pairs",
    "iii",
    (call: HostCall, type: number, addressOut: number, sizeOut: number) => {
      if (!isMember(HeaderMapType, type)) return Status.BadArgument;
      const pairs = call.context.getHeaderMapPairs(type);
      if (pairs.length === 0) return returnRange(call, 0, 0, addressOut, sizeOut);
      const size = encodedSize(pairs);
      const address = call.allocate(size);
      if (address === 0 || !call.memory.contains(address, size)) return Status.InvalidMemoryAccess;
      writePairs(pairs, call.memory, address);
      return returnRange(call, address, size, addressOut, sizeOut);
    },
  ),

  env("proxy_set_header_map_pairs", "iii", (call: HostCall, type: number, address: number, size: number) => {
    if (!isMember(HeaderMapType, type)) return Status.BadArgument;
    const bytes = call.memory.read(address, size);
    if (bytes === null) return Status.InvalidMemoryAccess;
    return call.context.setHeaderMapPairs(type, decodePairs(bytes));
  }),

  env(
    "proxy_get_header_map_value",
    "iiiii",
    (call: HostCall, type: number, key: number, keySize: number, addressOut: number, sizeOut: number) => {
      if (!isMember(HeaderMapType, type)) return Status.BadArgument;
      const name = call.memory.readName(key, keySize);
      if (name === null) return Status.InvalidMemoryAccess;
      const value = call.context.getHeaderMapValue(type, name);
      if (value.ok) return returnString(call, value.value, addressOut, sizeOut);
      // 0.1.0 knew no missing header: it reads as empty (abi.md 1).
      if (call.abiVersion === "0.1.0" && value.status === Status.NotFound) {
        return returnRange(call, 0, 0, addressOut, sizeOut);
      }
      return value.status;
    },
  ),

  env(
    "proxy_add_header_map_value",
    "iiiii",
    withPair("proxy_add_header_map_value", (call, type, key, value) =>
      call.addHeaderMapValue(type, key, value),
    ),
  ),

  env(
    "proxy_replace_header_map_value",
    "iiiii",
    withPair("proxy_replace_header_map_value", (call, type, key, value) =>
      call.replaceHeaderMapValue(type, key, value),
    ),
  ),

  env(
    "proxy_remove_header_map_value",
    "iii",
    (call: HostCall, type: number, key: number, keySize: number) => {
      if (!isMember(HeaderMapType, type)) return Status.BadArgument;
      const name = call.memory.readName(key, keySize);
      if (name === null) return Status.InvalidMemoryAccess;
      return call.context.removeHeaderMapValue(type, name);
    },
  ),

  env("proxy_get_header_map_size", "ii", (call: HostCall, type: number, out: number) => {
    if (!isMember(HeaderMapType, type)) return Status.BadArgument;
    const size = call.context.getHeaderMapSize(type);
    if (!size.ok) return size.status;
    return call.memory.writeU32(out, size.value) ? Status.Ok : Status.InvalidMemoryAccess;
  }),
];

function withPair(
  hostFunction: string,
  change: (context: HostCall["context"], type: HeaderMapType, key: string, value: string) => Status,
) {
  return (
    call: HostCall,
    type: number,
    key: number,
    keySize: number,
    value: number,
    valueSize: number,
  ): Status => {
    if (!isMember(HeaderMapType, type)) return Status.BadArgument;
    const name = call.memory.readName(key, keySize);
    const text = call.memory.readString(value, valueSize);
    if (name === null || text === null) return Status.InvalidMemoryAccess;
    const status = change(call.context, type, name, text);
    if (status === Status.Ok && /[\r\n\0]/.test(text)) call.misused("header-value", hostFunction);
    return status;
  };
}
