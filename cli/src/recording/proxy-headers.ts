/** Header fields between Node's lists and recorded ones. Node decodes and encodes octets as Latin-1: they are byte strings. */
import type { HeaderList, HeaderPair } from "as-proxy-wasm-sim";

/** `[name, value, name, value, …]` as Node has it, names lower-case. */
export function fieldsOf(raw: readonly string[]): HeaderPair[] {
  const fields: HeaderPair[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    fields.push([raw[index]!.toLowerCase(), raw[index + 1]!]);
  }
  return fields;
}

export function rawOf(fields: HeaderList): string[] {
  return fields.flatMap(([name, value]) => [name, value]);
}

/** What belongs to one connection and is not passed on (RFC 9110 §7.6.1); `transfer-encoding` tells Node to chunk. */
const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "upgrade",
  "http2-settings",
  "expect",
]);

export function endToEnd(fields: HeaderList): HeaderList {
  const named = new Set(
    fields
      .filter(([name]) => name === "connection")
      .flatMap(([, value]) => value.split(",").map((word) => word.trim().toLowerCase())),
  );
  return fields.filter(([name]) => !HOP_BY_HOP.has(name) && (!named.has(name) || name === "te"));
}

/** Fields without pseudo headers and without `host`, which `:authority` tells. */
export function regularFields(fields: HeaderList): HeaderList {
  return fields.filter(([name]) => !name.startsWith(":") && name !== "host");
}
