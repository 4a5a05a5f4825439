import { type ByteString, firstValue, type HeaderList } from "../../byte-string.js";

/*
 * What Envoy's HTTP/2 codec makes of a request's header block (abi.md E.8; the cases peers/http2-… of test/conformance). What
 * is wrong with it costs the whole connection, unless `override_stream_error_on_invalid_http_message` is set, and
 * no filter hears of it.
 */

/** `connection`: it is closed without a word; `stream`: RST_STREAM. */
export type HeadProblem =
  | { readonly kind: "connection"; readonly sentence: string }
  | { readonly kind: "stream"; readonly sentence: string };

/** Envoy's limit on the number of fields. */
const maximumFields = 100;

export function headProblem(
  fields: HeaderList,
  endStream: boolean,
  maximumBytes: number,
): HeadProblem | null {
  const regular = fields.filter(([name]) => !name.startsWith(":"));
  const size = fields.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (fields.length > maximumFields || size > maximumBytes)
    return { kind: "stream", sentence: "its headers are more, or larger, than Envoy takes" };
  const sentence =
    pseudoProblem(fields) ??
    regular.map(fieldProblem).find((problem) => problem !== null) ??
    lengthProblem(fields, endStream);
  return sentence === null ? null : { kind: "connection", sentence };
}

/** Trailers have no pseudo headers. */
export function trailersProblem(fields: HeaderList): string | null {
  const pseudo = fields.find(([name]) => name.startsWith(":"));
  if (pseudo !== undefined) return `${pseudo[0]} is no trailer`;
  return fields.map(fieldProblem).find((problem) => problem !== null) ?? null;
}

function pseudoProblem(fields: HeaderList): string | null {
  const firstRegular = fields.findIndex(([name]) => !name.startsWith(":"));
  const seen = new Set<string>();
  for (const [index, [name]] of fields.entries()) {
    if (!name.startsWith(":")) continue;
    if (firstRegular >= 0 && index > firstRegular) return `${name} comes behind other fields`;
    if (!known.has(name)) return `${name} is no pseudo header of requests`;
    if (seen.has(name)) return `${name} comes twice`;
    seen.add(name);
  }
  const value = (name: ByteString) => firstValue(fields, name);
  const method = value(":method");
  if (method === null) return ":method is missing";
  if (!token.test(method)) return ":method is no token";
  const authority = value(":authority") ?? value("host");
  if (authority === null || !/^[A-Za-z0-9\-._~%!$&'()*+,;=:[\]]*$/.test(authority))
    return authority === null ? ":authority is missing" : ":authority is none";
  if (seen.has(":protocol")) return "Envoy does not take extended CONNECT";
  if (method === "CONNECT")
    return seen.has(":path") || seen.has(":scheme") ? "CONNECT has a path or a scheme" : null;
  if (value(":scheme") === null) return ":scheme is missing";
  const path = value(":path");
  if (path === null) return ":path is missing";
  if (path === "*") return method === "OPTIONS" ? null : ":path is * and the method is not OPTIONS";
  return /^\/[^\0-\x20\x7f]*$/.test(path) ? null : ":path is none";
}

const known: ReadonlySet<string> = new Set([":method", ":scheme", ":path", ":authority", ":protocol"]);
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Fields of one connection of HTTP/1.1 (RFC 9113 §8.2.2). */
const forbidden: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
]);

function fieldProblem([name, value]: readonly [ByteString, ByteString]): string | null {
  if (!token.test(name) || /[A-Z]/.test(name)) return `${JSON.stringify(name)} is no field name`;
  if (forbidden.has(name)) return `HTTP/2 has no ${name}`;
  if (name === "te" && value !== "trailers") return "te may say trailers alone";
  return /[\0-\x08\x0a-\x1f\x7f]/.test(value) ? `${name} has a control character` : null;
}

function lengthProblem(fields: HeaderList, endStream: boolean): string | null {
  const lengths = fields.filter(([name]) => name === "content-length").map(([, value]) => value);
  const [length] = lengths;
  if (length === undefined) return null;
  if (lengths.length > 1) return "content-length comes twice";
  if (!/^\d{1,15}$/.test(length)) return "content-length is no number";
  return endStream && Number(length) > 0 ? "content-length announces a body, and none comes" : null;
}

/** The order of the fields as the connection manager gets them: `host` becomes `:authority`, cookies are one, at the end. */
export function requestFields(fields: HeaderList): HeaderList {
  const hasAuthority = firstValue(fields, ":authority") !== null;
  const hosts = hasAuthority ? [] : fields.filter(([name]) => name === "host");
  const cookies = fields.filter(([name]) => name === "cookie").map(([, value]) => value);
  return [
    ...fields.filter(([name]) => name.startsWith(":")),
    ...hosts.map(([, value]) => [":authority", value] as const),
    ...fields.filter(([name]) => !name.startsWith(":") && name !== "host" && name !== "cookie"),
    ...(cookies.length === 0 ? [] : [["cookie", cookies.join("; ")] as const]),
  ];
}
