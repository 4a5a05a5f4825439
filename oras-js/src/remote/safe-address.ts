import { BlockList, isIP } from "node:net";
import { printable } from "../digest.js";
import { OrasError } from "../errors.js";

// Addresses that only mean something inside a machine or its network. A registry elsewhere that points to one
// makes its clients reach what it cannot reach itself (GHSA-xf85-363p-868w).
const internal = new BlockList();
for (const [network, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
] as const) {
  internal.addSubnet(network, prefix, "ipv4");
}
internal.addSubnet("fc00::", 7, "ipv6");
internal.addSubnet("fe80::", 10, "ipv6");
internal.addAddress("::1", "ipv6");
internal.addAddress("::", "ipv6");

const metadataHosts: ReadonlySet<string> = new Set(["metadata.google.internal", "metadata"]);

/**
 * Checks the token server a registry names, before any request goes there: http or https, no step down from https to
 * http, no internal address unless the registry itself is there.
 */
export function requireSafeRealm(realm: string | undefined, registry: URL): URL {
  const url = realm === undefined ? undefined : parseUrl(realm);
  if (url === undefined) {
    throw new OrasError("ORAS_INVALID_CHALLENGE", `${registry.host} names no token server that is a URL`, {
      hint: 'The registry\'s configuration needs a realm like "https://auth.example.com/token".',
      status: 401,
    });
  }
  const problem = problemOf(url, registry);
  if (problem === undefined) return url;
  throw new OrasError(
    "ORAS_UNSAFE_REALM",
    `${registry.host} sends its clients to the token server ${shown(url)}, ${problem}`,
    { hint: "Nothing was sent there. Correct the realm in the registry's configuration.", status: 401 },
  );
}

/** Checks where a registry redirects a request to. Storage hosts in a private network are usual, so those pass. */
export function requireSafeRedirect(target: URL, from: URL): void {
  const problem = isPrivateNetwork(target) ? schemeProblem(target, from) : problemOf(target, from);
  if (problem === undefined) return;
  throw new OrasError("ORAS_UNSAFE_REDIRECT", `${from.host} redirects to ${shown(target)}, ${problem}`, {
    hint: "The request was not repeated there. Correct the registry's configuration.",
  });
}

/** Whether the host is this machine: there plain HTTP is the rule and TLS the exception. */
export function isLoopback(hostname: string): boolean {
  const host = bare(hostname);
  return host === "localhost" || host.endsWith(".localhost") || host === "::1" || isLoopbackV4(host);
}

/** A URL without its query, which may hold a signature. */
export function shown(url: URL): string {
  return printable(`${url.origin}${url.pathname}`, 200);
}

function problemOf(target: URL, registry: URL): string | undefined {
  return schemeProblem(target, registry) ?? addressProblem(target, registry);
}

function schemeProblem(target: URL, registry: URL): string | undefined {
  if (target.protocol !== "https:" && target.protocol !== "http:") return "which is neither http nor https";
  if (target.protocol === "http:" && registry.protocol === "https:")
    return "which steps down from https to http";
  if (target.username !== "" || target.password !== "") return "which has credentials in its address";
  return undefined;
}

function addressProblem(target: URL, registry: URL): string | undefined {
  const host = bare(target.hostname);
  if (host === bare(registry.hostname)) return undefined;
  if (isLoopback(host) && isLoopback(registry.hostname)) return undefined;
  if (metadataHosts.has(host)) return "which is a cloud's metadata service";
  return isLoopback(host) || isInternalAddress(host) ? "which is an internal address" : undefined;
}

function isInternalAddress(host: string): boolean {
  const version = isIP(host);
  if (version === 0) return false;
  // An IPv4 address mapped into IPv6 is checked against the IPv4 rules by BlockList itself.
  return internal.check(host, version === 4 ? "ipv4" : "ipv6");
}

function isPrivateNetwork(url: URL): boolean {
  return /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)/.test(url.hostname) && isIP(url.hostname) === 4;
}

function isLoopbackV4(host: string): boolean {
  return isIP(host) === 4 && host.startsWith("127.");
}

/** Without the brackets of IPv6 and the dot that ends a fully qualified name. */
export function bare(hostname: string): string {
  return hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "");
}

function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
