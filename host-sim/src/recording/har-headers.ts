import { type ByteString, fromText, type HeaderList, type HeaderPair, toText } from "../byte-string.js";
import { headerProblem } from "./header-field.js";
import type { JsonValue } from "./json-value.js";
import type { RecordedStream } from "./recorded-stream.js";

/** HTTP/2 has no such fields (RFC 9113 §8.2.2); programs that list them for it mix two hops. */
const CONNECTION_FIELDS = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
]);

/**
 * The header fields of a request or response, names lower-case, listed pseudo headers included. Over HTTP/1.1 the
 * connection's own fields stay as recorded: a proxy has to see them to drop them (abi.md F.1).
 */
export function readHarHeaders(list: JsonValue, protocol: RecordedStream["protocol"]): HeaderList {
  const headers: HeaderPair[] = [];
  for (const item of list.elements()) {
    const name = fromText(item.field("name").string().toLowerCase());
    if (protocol === "HTTP/2" && CONNECTION_FIELDS.has(name)) continue;
    // No value can hold a line break (RFC 9110 §5.5): browsers join repeated fields with one.
    for (const line of item.field("value").string().split(/\r?\n/)) {
      const pair: HeaderPair = [name, framing(name, fromText(line.trim()))];
      const problem = headerProblem(pair);
      if (problem !== null) throw item.field(problem.on).bad(problem.problem);
      headers.push(pair);
    }
  }
  return headers;
}

/** HAR bodies are without transfer codings, so of `gzip, chunked` only the framing is left to be true. */
function framing(name: ByteString, value: ByteString): ByteString {
  return name === "transfer-encoding" ? "chunked" : value;
}

export interface UrlParts {
  readonly scheme: "http" | "https";
  readonly authority: ByteString;
  readonly path: ByteString;
}

/** Cut, not normalised: `/a/../b` and `%7e` must reach the filter as they were sent. */
export function splitUrl(url: JsonValue): UrlParts {
  const match = /^(https?):\/\/(?:[^/?#@]*@)?([^/?#@\s]+)([^#]*)/i.exec(url.string());
  if (match === null) throw url.bad("is no absolute http or https address");
  const [, scheme = "", authority = "", rest = ""] = match;
  if (/[^\x21-\x7e]/.test(authority)) throw url.bad("has a host that is not ASCII");
  const path = rest.startsWith("/") ? rest : `/${rest}`;
  return {
    scheme: scheme.toLowerCase() === "https" ? "https" : "http",
    authority,
    path: percentEncode(path),
  };
}

/** Some programs show addresses decoded; on the wire nothing but visible ASCII can have been sent. */
function percentEncode(path: string): ByteString {
  return fromText(path).replace(
    /[^\x21-\x7e]/g,
    (octet) => `%${octet.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}

/** Method and address are in every HAR, pseudo headers in some: where both are, they should agree. */
export function crossCheckPseudoHeaders(pseudo: HeaderList, recorded: HeaderList, notes: string[]): void {
  for (const [name, value] of pseudo) {
    const listed = recorded.find(([key]) => key === name || (name === ":authority" && key === "host"));
    if (listed !== undefined && listed[1] !== value) {
      notes.push(
        `${name} is ${toText(value)} by the entry's address; the recorded ${listed[0]} ${toText(listed[1])} is not used.`,
      );
    }
  }
}
