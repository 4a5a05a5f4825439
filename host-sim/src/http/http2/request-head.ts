import { type ByteString, firstValue, type HeaderList } from "../../byte-string.js";
import {
  type BlockProblem,
  invalid,
  lengthProblem,
  regularProblem,
  sizeProblem,
  token,
  withCookiesJoined,
} from "./header-block.js";

/*
 * What Envoy's HTTP/2 codec makes of a request's header block (abi.md E.8; the cases peers/http2-… of test/conformance). What
 * is wrong with it costs the whole connection, unless `override_stream_error_on_invalid_http_message` is set, and
 * no filter hears of it.
 */

export function headProblem(
  fields: HeaderList,
  endStream: boolean,
  maximumBytes: number,
): BlockProblem | null {
  return (
    sizeProblem(fields, maximumBytes) ??
    invalid(pseudoProblem(fields) ?? regularProblem(fields) ?? lengthProblem(fields, endStream))
  );
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

/** The order of the fields as the connection manager gets them: `host` becomes `:authority`. */
export function requestFields(fields: HeaderList): HeaderList {
  const hasAuthority = firstValue(fields, ":authority") !== null;
  const hosts = hasAuthority ? [] : fields.filter(([name]) => name === "host");
  return [
    ...fields.filter(([name]) => name.startsWith(":")),
    ...hosts.map(([, value]) => [":authority", value] as const),
    ...withCookiesJoined(fields.filter(([name]) => !name.startsWith(":") && name !== "host")),
  ];
}
