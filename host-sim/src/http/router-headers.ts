import type { ByteString } from "../byte-string.js";
import { fieldName } from "./field-name.js";
import type { HeaderMap } from "./header-map.js";

/** What Envoy's router does with the request headers that left the filters. */

/** A filter that removed `:scheme` gets it back, from x-forwarded-proto where that tells one. */
export function setMissingScheme(headers: HeaderMap): void {
  if (isScheme(headers.get(":scheme"))) return;
  const forwarded = headers.get("x-forwarded-proto");
  headers.setInPlace(":scheme", isScheme(forwarded) ? forwarded : "http");
}

/** Why the router does not send a request upstream, in its words; null: it does. */
export function requestProblem(headers: HeaderMap): string | null {
  if (!headers.has(":method")) return "missing required header: :method";
  for (const [name, value] of headers.pairs) {
    if (!fieldName(name).passesRouter) return `invalid header name: ${escapeText(name)}`;
    if (hasControl(value)) return `invalid header value for: ${name}`;
  }
  return null;
}

/** Anything below a space but a tab, and DEL. */
function hasControl(value: ByteString): boolean {
  // For a short value a loop is faster than the engine's expression.
  if (value.length > 64) return /[\0-\x08\x0a-\x1f\x7f]/.test(value);
  for (let index = 0; index < value.length; index++) {
    const octet = value.charCodeAt(index);
    if ((octet < 0x20 && octet !== 0x09) || octet === 0x7f) return true;
  }
  return false;
}

const isScheme = (value: ByteString | null): value is "http" | "https" =>
  value === "http" || value === "https";

const shortEscapes: Readonly<Record<string, string>> = {
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  '"': '\\"',
  "'": "\\'",
  "\\": "\\\\",
};

/** As C writes octets that are no printable ASCII. */
function escapeText(bytes: ByteString): string {
  return bytes.replace(
    /[^\x20-\x7e]|["'\\]/g,
    (octet) => shortEscapes[octet] ?? `\\${octet.charCodeAt(0).toString(8).padStart(3, "0")}`,
  );
}
