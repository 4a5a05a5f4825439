import type { ByteString, HeaderList, HeaderPair } from "../byte-string.js";

/** A field name as HTTP allows it (RFC 9110 §5.6.2), lower-case, or a pseudo header's. */
const NAME = /^:?[!#$%&'*+\-.^_`|~0-9a-z]+$/;

/** Why a pair cannot be on the wire, or null (RFC 9110 §5.5: no CR, LF or NUL in a value). */
export function headerProblem([name, value]: HeaderPair): { on: "name" | "value"; problem: string } | null {
  if (!NAME.test(name)) return { on: "name", problem: "is no header name" };
  if (/[\r\n\0]/.test(value))
    return { on: "value", problem: "has a line break or a NUL, which no header value can have" };
  return null;
}

export const REQUEST_PSEUDO_HEADERS = [":authority", ":path", ":method", ":scheme"] as const;

/** The pairs with the named pseudo headers first, in the order in which every recorded stream has them. */
export function pseudoHeadersFirst(headers: HeaderList, names: readonly string[]): HeaderList {
  const pseudo = names.flatMap((name) => headers.filter(([key]) => key === name));
  return [...pseudo, ...headers.filter(([key]) => !names.includes(key))];
}

/** A pseudo header that is missing, repeated or unknown; null when the list is well formed. */
export function pseudoHeaderProblem(headers: HeaderList, names: readonly string[]): string | null {
  for (const name of names) {
    const count = headers.filter(([key]) => key === name).length;
    if (count === 0) return `has no ${name}`;
    if (count > 1) return `has ${name} ${count} times`;
  }
  const stranger = headers.find(([key]) => key.startsWith(":") && !names.includes(key));
  return stranger === undefined ? null : `has the unexpected pseudo header ${stranger[0]}`;
}

/** A status that can answer a request: three digits, not an interim one (those never reach a filter, abi.md 8.3). */
export function isFinalStatus(status: ByteString): boolean {
  return /^[2-9][0-9]{2}$/.test(status);
}
