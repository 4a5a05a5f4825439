import { firstValue, type HeaderList } from "../byte-string.js";

/** The number of an interim answer (RFC 9110 §15.2). */
export const interimStatus = (headers: HeaderList) => Number(firstValue(headers, ":status") ?? "");

/** Those that Envoy knows: with `proxy_100_continue` it passes the first of them on, and none without (the case peers/interim). */
export function isPassedOn(headers: HeaderList): boolean {
  return known.has(interimStatus(headers));
}

const known: ReadonlySet<number> = new Set([100, 102, 103, 104]);
