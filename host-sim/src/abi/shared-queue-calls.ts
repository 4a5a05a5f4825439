import { Status } from "./enums.js";
import { env, returnBytes, type HostCall } from "./host-function.js";

/** Shared queues (abi.md 5.12, 7.3). */
export const sharedQueueCalls = [
  env("proxy_register_shared_queue", "iii", (call: HostCall, name: number, size: number, out: number) => {
    const text = call.memory.readString(name, size);
    if (text === null) return Status.InvalidMemoryAccess;
    const token = call.context.registerSharedQueue(text);
    return call.memory.writeU32(out, token) ? Status.Ok : Status.InvalidMemoryAccess;
  }),

  env(
    "proxy_resolve_shared_queue",
    "iiiii",
    (call: HostCall, vmId: number, vmIdSize: number, name: number, size: number, out: number) => {
      const owner = call.memory.readString(vmId, vmIdSize);
      const text = call.memory.readString(name, size);
      if (owner === null || text === null) return Status.InvalidMemoryAccess;
      const token = call.context.resolveSharedQueue(owner, text);
      if (!token.ok) return token.status;
      return call.memory.writeU32(out, token.value) ? Status.Ok : Status.InvalidMemoryAccess;
    },
  ),

  env("proxy_enqueue_shared_queue", "iii", (call: HostCall, token: number, data: number, size: number) => {
    const item = call.memory.read(data, size);
    if (item === null) return Status.InvalidMemoryAccess;
    return call.context.enqueueSharedQueue(token, item);
  }),

  env(
    "proxy_dequeue_shared_queue",
    "iii",
    (call: HostCall, token: number, addressOut: number, sizeOut: number) => {
      const item = call.context.dequeueSharedQueue(token);
      return item.ok ? returnBytes(call, item.value, addressOut, sizeOut) : item.status;
    },
  ),
];
