import { firstValue, type HeaderList } from "../byte-string.js";

/** The length that content-length announces, or null when it is absent or no number. */
export function announcedLength(headers: HeaderList): number | null {
  const value = firstValue(headers, "content-length");
  if (value === null || !/^\d{1,15}$/.test(value)) return null;
  return Number(value);
}

/** The headers with content-length, where there is one, telling `length`. */
export function withContentLength(headers: HeaderList, length: number): HeaderList {
  let seen = false;
  return headers.flatMap(([name, value]) => {
    if (name !== "content-length") return [[name, value] as const];
    if (seen) return [];
    seen = true;
    return [[name, String(length)] as const];
  });
}

/** Whether a response has a body at all (RFC 9110 §6.4.1); its content-length then tells about another message. */
export function responseHasBody(method: string, status: number): boolean {
  return method !== "HEAD" && status !== 204 && status !== 304;
}
