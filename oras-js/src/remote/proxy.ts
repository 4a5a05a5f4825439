import { BlockList, isIP } from "node:net";
import { OrasError } from "../errors.js";
import { bare, isLoopback } from "./safe-address.js";

/** A proxy to reach a host through. */
export interface Proxy {
  /** http or https: how the proxy itself is spoken to. */
  readonly url: URL;
  /** What `Proxy-Authorization` says, if its address has a user name. */
  readonly authorization: string | undefined;
}

/** The variables that say which proxy to use, as `process.env` has them. */
export type ProxyEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy for a URL by the usual variables, in small letters or capitals: `HTTP_PROXY`, `HTTPS_PROXY`, and `NO_PROXY` for hosts that are
 * reached directly. This machine always is, as with Go's programs. Undefined: no proxy.
 */
export function proxyFor(url: URL, environment: ProxyEnvironment): Proxy | undefined {
  const secure = url.protocol === "https:";
  // A CGI program gets HTTP_PROXY from whoever sends a `Proxy` header (CVE-2016-5385).
  const plain =
    environment["http_proxy"] ??
    (environment["REQUEST_METHOD"] === undefined ? environment["HTTP_PROXY"] : undefined);
  const text = secure ? (environment["https_proxy"] ?? environment["HTTPS_PROXY"]) : plain;
  if (text === undefined || text === "" || isLoopback(url.hostname)) return undefined;
  if (isExempt(url, environment["no_proxy"] ?? environment["NO_PROXY"] ?? "")) return undefined;
  return parseProxy(text, secure ? "HTTPS_PROXY" : "HTTP_PROXY");
}

export function proxyRefuses(proxy: Proxy, status: number, what: string): OrasError {
  if (status !== 407) return proxyFails(proxy, `answers ${status} when asked for ${what}`);
  return new OrasError("ORAS_PROXY", `The proxy ${proxy.url.host} wants a login`, {
    hint: "Put user name and password into its address: http://NAME:PASSWORD@HOST:PORT.",
    status,
  });
}

export function proxyFails(proxy: Proxy, problem: string, cause?: unknown): OrasError {
  return new OrasError("ORAS_PROXY", `The proxy ${proxy.url.host} ${problem}`, {
    hint: "Correct HTTP_PROXY and HTTPS_PROXY, or name the registry in NO_PROXY to reach it directly.",
    cause,
  });
}

function parseProxy(text: string, variable: string): Proxy {
  let url: URL | undefined;
  try {
    url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  } catch {
    // Its text may hold a password: the error below does without it.
  }
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw new OrasError("ORAS_PROXY", `${variable} is not the address of an HTTP proxy`, {
      hint: "Write it like http://proxy.example.com:3128, or unset it; other kinds of proxies are not known here.",
    });
  }
  const { username, password } = url;
  const userInfo = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return {
    url: new URL(url.origin),
    authorization: username === "" ? undefined : `Basic ${Buffer.from(userInfo, "utf8").toString("base64")}`,
  };
}

/**
 * Whether `NO_PROXY` names the host: `*`; an address or a range of them (`10.0.0.0/8`); a name, which stands for all below it too,
 * with a dot or `*.` before it or not. A port behind it must be that of the URL.
 */
function isExempt(url: URL, list: string): boolean {
  const host = bare(url.hostname);
  const port = url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port;
  return list
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .some((entry) => {
      if (entry === "*") return true;
      if (entry.includes("/")) return isInRange(host, entry);
      // An IPv6 address is full of colons and has no port without brackets.
      const [, name = entry, only = port] = (isIP(entry) === 0 && /^(.*):(\d+)$/.exec(entry)) || [];
      const wanted = bare(name).replace(/^\*?\./, "");
      return only === port && (host === wanted || (isIP(host) === 0 && host.endsWith(`.${wanted}`)));
    });
}

function isInRange(host: string, range: string): boolean {
  const [network = "", bits = ""] = range.split("/");
  const version = isIP(network);
  const prefix = Number(bits);
  if (version === 0 || isIP(host) !== version || !(prefix >= 0 && prefix <= (version === 4 ? 32 : 128)))
    return false;
  const list = new BlockList();
  list.addSubnet(network, prefix, version === 4 ? "ipv4" : "ipv6");
  return list.check(host, version === 4 ? "ipv4" : "ipv6");
}
