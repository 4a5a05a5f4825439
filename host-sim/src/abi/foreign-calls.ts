import { findForeignFunction } from "../foreign/foreign-functions.js";
import { Status } from "./enums.js";
import { env, type HostCall } from "./host-function.js";

/** Foreign functions (abi.md 5.16). */
export const foreignCalls = [
  env(
    "proxy_call_foreign_function",
    "iiiiii",
    (
      call: HostCall,
      nameAddress: number,
      nameSize: number,
      argsAddress: number,
      argsSize: number,
      addressOut: number,
      sizeOut: number,
    ) => {
      const name = call.memory.readString(nameAddress, nameSize);
      const args = call.memory.read(argsAddress, argsSize);
      if (name === null || args === null) return Status.InvalidMemoryAccess;
      const foreignFunction = findForeignFunction(name);
      // The out words stay as they are.
      if (foreignFunction === null) return Status.NotFound;
      const { status, result } = foreignFunction(args, {
        effective: call.context.foreignCaller(),
        current: call.currentContext.foreignCaller(),
      });
      let address = 0;
      if (result !== null && addressOut !== 0) {
        // Also for zero bytes, unlike everywhere else.
        address = call.allocate(result.length);
        if (address === 0 || !call.memory.write(address, result)) return Status.InvalidMemoryAccess;
      }
      if (addressOut !== 0 && !call.memory.writeU32(addressOut, address)) return Status.InvalidMemoryAccess;
      if (sizeOut !== 0 && !call.memory.writeU32(sizeOut, result?.length ?? 0))
        return Status.InvalidMemoryAccess;
      return status;
    },
  ),
];
