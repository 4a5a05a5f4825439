import type { GuestValue } from "./host-function.js";

/**
 * The ABI trace, as Envoy prints it with `--component-log-level wasm:trace` (abi.md F.7): a wrapper around imports
 * and exports. Nothing else in the simulator knows about it.
 */
export type TraceSink = (line: string) => void;

type Call = (...args: GuestValue[]) => GuestValue | void;

/** A host function that prints its call and its return. A call that throws prints no return. */
export function traceImport(module: string, name: string, call: Call, sink: TraceSink): Call {
  return (...args) => {
    sink(`[vm->host] ${module}.${name}(${args.map(unsigned).join(", ")})`);
    const result = call(...args);
    sink(`[vm<-host] ${module}.${name} return: ${unsigned(result)}`);
    return result;
  };
}

/** An export that prints its call and its return. A call that traps prints no return. */
export function traceExport(name: string, call: Call, sink: TraceSink): Call {
  return (...args) => {
    sink(`[host->vm] ${name}(${args.map(unsigned).join(", ")})`);
    const result = call(...args);
    sink(`[host<-vm] ${name} return: ${unsigned(result)}`);
    return result;
  };
}

/** Every number as an unsigned decimal, as Envoy prints them. */
function unsigned(value: GuestValue | void): string {
  if (value === undefined) return "void";
  return typeof value === "bigint" ? BigInt.asUintN(64, value).toString() : (value >>> 0).toString();
}
