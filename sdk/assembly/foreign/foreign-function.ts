import * as foreignFunction from "../abi/foreign-function";
import * as result from "../abi/result";
import { succeeded } from "../context/failure";

/**
 * Calls a function that this host has besides the ABI's (abi.md 6.4); what `argument` and the answer mean is
 * the function's own. An answer of no bytes is an empty array. Null: the host has no such function
 * (lastFailure() says NotFound), or the function failed.
 */
export function callForeignFunction(name: string, argument: Uint8Array): Uint8Array | null {
  return succeeded(foreignFunction.call(name, argument)) ? result.bytes() : null;
}
