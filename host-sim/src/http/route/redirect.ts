import type { ByteString } from "../../byte-string.js";
import type { HeaderMap } from "../header-map.js";
import type { Redirect } from "./virtual-host.js";

/** Where a redirect sends the client: what it does not change stays, the query too (`location`). */
export function redirectLocation(redirect: Redirect, headers: HeaderMap): ByteString {
  const own = headers.get("x-forwarded-proto") === "https" ? "https" : "http";
  const scheme = redirect.httpsRedirect === true ? "https" : own;
  const authority = headers.get(":authority") ?? "";
  const host = redirect.hostRedirect ?? withoutDefaultPort(authority, own, scheme);
  const path = headers.get(":path") ?? "/";
  return `${scheme}://${host}${redirectPath(redirect, path)}`;
}

function redirectPath({ pathRedirect }: Redirect, path: ByteString): ByteString {
  if (pathRedirect === undefined) return path;
  const query = path.indexOf("?");
  return pathRedirect.includes("?") || query < 0 ? pathRedirect : pathRedirect + path.slice(query);
}

/** With another scheme the port that was the default of the old one is wrong. */
function withoutDefaultPort(authority: ByteString, before: string, after: string): ByteString {
  if (before === after) return authority;
  const port = before === "http" ? ":80" : ":443";
  return authority.endsWith(port) ? authority.slice(0, -port.length) : authority;
}
