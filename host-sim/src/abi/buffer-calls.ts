import { BufferType, isMember, Status } from "./enums.js";
import { env, returnBytes, type HostCall } from "./host-function.js";

/** Buffers (abi.md 5.7). */
export const bufferCalls = [
  env(
    "proxy_get_buffer_bytes",
    "iiiii",
    (call: HostCall, type: number, start: number, length: number, addressOut: number, sizeOut: number) => {
      if (!isMember(BufferType, type)) return Status.BadArgument;
      const bytes = call.context.getBuffer(type, start, length);
      return bytes.ok ? returnBytes(call, bytes.value, addressOut, sizeOut) : bytes.status;
    },
  ),

  // The plugin's configuration while it can be read, else the VM's (abi.md 5.2).
  env(
    "proxy_get_configuration",
    "ii",
    (call: HostCall, addressOut: number, sizeOut: number) => {
      const whole = (type: BufferType) => call.context.getBuffer(type, 0, 0xffffffff);
      const plugin = whole(BufferType.PluginConfiguration);
      const bytes = plugin.ok ? plugin : whole(BufferType.VmConfiguration);
      return bytes.ok ? returnBytes(call, bytes.value, addressOut, sizeOut) : bytes.status;
    },
    ["0.1.0"],
  ),

  env("proxy_get_buffer_status", "iii", (call: HostCall, type: number, sizeOut: number, flagsOut: number) => {
    if (!isMember(BufferType, type)) return Status.BadArgument;
    const size = call.context.getBufferSize(type);
    if (!size.ok) return size.status;
    if (!call.memory.writeU32(sizeOut, size.value)) return Status.InvalidMemoryAccess;
    // The flags are always 0: end of stream is only in the callback's argument.
    return call.memory.writeU32(flagsOut, 0) ? Status.Ok : Status.InvalidMemoryAccess;
  }),

  env(
    "proxy_set_buffer_bytes",
    "iiiii",
    (call: HostCall, type: number, start: number, length: number, address: number, size: number) => {
      if (!isMember(BufferType, type)) return Status.BadArgument;
      const target = call.context.getBufferSize(type);
      if (!target.ok) return target.status;
      const data = call.memory.read(address, size);
      if (data === null) return Status.InvalidMemoryAccess;
      return call.context.setBuffer(type, start, length, data);
    },
  ),
];
