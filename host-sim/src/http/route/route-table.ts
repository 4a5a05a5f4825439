import type { ByteString } from "../../byte-string.js";
import type { HeaderMap } from "../header-map.js";
import { everythingUpstream, type Route, type RouteMatch, type VirtualHost } from "./virtual-host.js";

/** A route and where it stands, as properties tell it. */
export interface SelectedRoute {
  readonly route: Route;
  readonly virtualHost: string;
}

/** Finds the route of a request as Envoy's route configuration does (abi.md 8.1; `envoy.config.route.v3`). */
export class RouteTable {
  readonly #hosts: readonly VirtualHost[];
  /** There is one route, and it takes everything: nothing needs to be looked at. */
  readonly #only: SelectedRoute | null;

  constructor(hosts: readonly VirtualHost[] = everythingUpstream) {
    this.#hosts = hosts;
    const [host, ...others] = hosts;
    const [route] = host?.routes ?? [];
    this.#only =
      host !== undefined && route !== undefined && others.length === 0 && takesEverything(host, route)
        ? { route, virtualHost: host.name ?? "all" }
        : null;
  }

  /** Null: no route; the client gets 404. */
  select(headers: HeaderMap): SelectedRoute | null {
    const path = headers.get(":path");
    // Without them Envoy does not look at any route.
    if (path === null || !headers.has("x-forwarded-proto")) return null;
    if (this.#only !== null) return path.startsWith("/") ? this.#only : null;
    const host = this.#hostOf(headers.get(":authority") ?? "");
    const route = host?.routes.find(({ match }) => matches(match, path, headers));
    return host === null || route === undefined ? null : { route, virtualHost: host.name ?? "all" };
  }

  /** An exact name, then the longest `*.suffix`, then the longest `prefix.*`, then `*`. */
  #hostOf(authority: ByteString): VirtualHost | null {
    const name = authority.toLowerCase();
    let best: { readonly host: VirtualHost; readonly rank: number } | null = null;
    for (const host of this.#hosts) {
      for (const domain of host.domains ?? ["*"]) {
        const rank = domainRank(domain.toLowerCase(), name);
        if (rank > (best?.rank ?? 0)) best = { host, rank };
      }
    }
    return best?.host ?? null;
  }
}

/** 0: does not match. */
function domainRank(domain: string, name: ByteString): number {
  if (domain === "*") return 1;
  if (domain.startsWith("*"))
    return name.length > domain.length - 1 && name.endsWith(domain.slice(1)) ? 100_000 + domain.length : 0;
  if (domain.endsWith("*"))
    return name.length > domain.length - 1 && name.startsWith(domain.slice(0, -1)) ? 10 + domain.length : 0;
  return domain === name ? Infinity : 0;
}

function matches(match: RouteMatch, path: ByteString, headers: HeaderMap): boolean {
  const end = path.search(/[?#]/);
  const withoutQuery = end < 0 ? path : path.slice(0, end);
  const here =
    match.path === undefined ? withoutQuery.startsWith(match.prefix ?? "/") : withoutQuery === match.path;
  return (
    here &&
    Object.entries(match.headers ?? {}).every(([name, value]) => headers.getAll(name).join(",") === value)
  );
}

function takesEverything(host: VirtualHost, route: Route): boolean {
  const { match } = route;
  return (
    (host.domains ?? ["*"]).includes("*") &&
    match.prefix === "/" &&
    match.path === undefined &&
    match.headers === undefined
  );
}
