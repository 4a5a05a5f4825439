import { UnimplementedHostCallError } from "../errors.js";
import { refusedFor } from "./refusals.js";
import type { GuestCall, GuestValue, HostCall, HostFunction } from "./host-function.js";

/** What the guest threw when it called a function that may not be called now (abi.md 3.2). */
export const restrictedCallback = "restricted_callback";

/** The function that a guest imports: checks whether it may be called now, makes its numbers unsigned, calls what it means. */
export function bindHostFunction(row: HostFunction, call: HostCall): GuestCall {
  const { implementation, name, signature } = row;
  if (implementation === null) {
    return () => {
      check(row, call);
      throw new UnimplementedHostCallError(name);
    };
  }
  const isJudged = row.module === "env" && signature.results.length > 0 && row.isRestricted !== true;
  const tell = (status: number | void, first: number, second: number): void => {
    const rule = refusedFor(name, status ?? 0, first, second, call);
    if (rule !== null) call.misused(rule, name);
  };
  if (signature.params.length > 6 || signature.params.includes("i64")) {
    const wide = implementation as (call: HostCall, ...values: GuestValue[]) => number | void;
    return (...args) => {
      check(row, call);
      const status = wide(call, ...args.map((value) => (typeof value === "number" ? value >>> 0 : value)));
      if (status !== 0 && isJudged) tell(status, Number(args[0]) >>> 0, Number(args[1]));
      return status;
    };
  }
  // A fixed number of parameters for all: the engine ignores what is more, and an array for each call would cost more.
  const narrow = implementation as NarrowImplementation;
  const bound: NarrowCall = (a, b, c, d, e, f) => {
    check(row, call);
    const status = narrow(call, a >>> 0, b >>> 0, c >>> 0, d >>> 0, e >>> 0, f >>> 0);
    if (status !== 0 && isJudged) tell(status, a >>> 0, b >>> 0);
    return status;
  };
  return bound as GuestCall;
}

type NarrowCall = (a: number, b: number, c: number, d: number, e: number, f: number) => number | void;
type NarrowImplementation = (call: HostCall, ...values: Parameters<NarrowCall>) => number | void;

function check(row: HostFunction, { restriction }: HostCall): void {
  if (restriction !== null && !restriction(row)) throw new Error(restrictedCallback);
}
