import * as foreignFunction from "../abi/foreign-function";
import { succeeded } from "../context/failure";

/**
 * Makes the host choose the route again, because headers that it depends on have changed. Envoy 1.40 does
 * that by itself after every change of a request header; newer ABI versions do not, so say it where you mean
 * it. Only before the request goes upstream: until `onRequestHeaders` has continued. False: the host does not
 * offer it.
 */
export function clearRouteCache(): bool {
  return succeeded(foreignFunction.callWithText("clear_route_cache", ""));
}
