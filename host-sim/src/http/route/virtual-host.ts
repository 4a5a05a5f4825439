/** Envoy's route configuration, by the names of its fields (`envoy.config.route.v3`). */
export interface VirtualHost {
  /** Default `all`. */
  readonly name?: string;
  /** Authorities: exact, `*.suffix`, `prefix.*`, or `*` for every one. Default `*`. */
  readonly domains?: readonly string[];
  /** The first that matches is taken. */
  readonly routes: readonly Route[];
}

export interface Route {
  /** What `xds.route_name` says. Default: empty. */
  readonly name?: string;
  readonly match: RouteMatch;
  /** Exactly one of the three. */
  readonly route?: RouteAction;
  readonly directResponse?: DirectResponse;
  readonly redirect?: Redirect;
}

export interface RouteMatch {
  /** Exactly one of the two; the query is not looked at. */
  readonly prefix?: string;
  readonly path?: string;
  /** Fields that must be there with exactly this value. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface RouteAction {
  /** The recording's upstream answers, whatever the name is, unless `clusters` says how it fails. */
  readonly cluster: string;
  /** From the whole request to the whole response. Default: none, where Envoy has 15 s. */
  readonly timeoutMs?: number;
  /** `retry_policy.per_try_timeout`, without retries. Default: none. */
  readonly perTryTimeoutMs?: number;
  /** Instead of the connection manager's `streamIdleTimeoutMs`. */
  readonly idleTimeoutMs?: number;
  readonly prefixRewrite?: string;
  readonly hostRewriteLiteral?: string;
}

export interface DirectResponse {
  readonly status: number;
  readonly body?: string;
}

export interface Redirect {
  readonly httpsRedirect?: boolean;
  readonly hostRedirect?: string;
  readonly pathRedirect?: string;
  /** Default 301. */
  readonly responseCode?: 301 | 302 | 303 | 307 | 308;
}

export const everythingUpstream: readonly VirtualHost[] = [
  { routes: [{ match: { prefix: "/" }, route: { cluster: "upstream" } }] },
];
