import type { ByteString } from "../byte-string.js";
import type { HeaderMap } from "./header-map.js";
import { envoyReply } from "./local-reply.js";
import { redirectLocation } from "./route/redirect.js";
import type { SelectedRoute } from "./route/route-table.js";
import type { RouteAction } from "./route/virtual-host.js";
import { ResponseFlag } from "./response-flags.js";
import { requestProblem, setMissingScheme } from "./router-headers.js";
import type { LocalReplySpec } from "./stream-filter.js";

/** Why a cluster cannot be reached. */
export type ClusterFailure = "unreachable" | "no healthy host";

/** What the router does with a request: it answers, or sends it to a cluster. */
export type RouterDecision =
  | { readonly kind: "reply"; readonly reply: LocalReplySpec; readonly flags: number }
  | { readonly kind: "send"; readonly action: RouteAction; readonly failure: "unreachable" | null };

export interface RouterOptions {
  /** Nothing of `x-envoy-…` is added. */
  readonly suppressEnvoyHeaders: boolean;
  readonly failureOf: (cluster: string) => ClusterFailure | null;
}

/** Decides, and gives the headers the form in which the upstream gets them (abi.md F.1). */
export function routeRequest(
  headers: HeaderMap,
  selected: SelectedRoute | null,
  { suppressEnvoyHeaders, failureOf }: RouterOptions,
): RouterDecision {
  if (selected === null) return reply(404, "", "route_not_found", ResponseFlag.NoRouteFound);
  const { route, directResponse, redirect } = selected.route;
  if (directResponse !== undefined)
    return reply(directResponse.status, directResponse.body ?? "", "direct_response");
  if (redirect !== undefined) {
    const { reply: answer } = reply(redirect.responseCode ?? 301, "", "direct_response");
    const location = ["location", redirectLocation(redirect, headers)] as const;
    return { kind: "reply", reply: { ...answer, headers: [location] }, flags: 0 };
  }
  if (route === undefined) return reply(404, "", "route_not_found", ResponseFlag.NoRouteFound);
  setMissingScheme(headers);
  const problem = requestProblem(headers);
  if (problem !== null) {
    const details = `filter_removed_required_request_headers{${problem.replaceAll(" ", "_")}}`;
    return reply(503, problem, details, ResponseFlag.DownstreamProtocolError);
  }
  const failure = failureOf(route.cluster);
  if (failure === "no healthy host")
    return reply(503, "no healthy upstream", "no_healthy_upstream", ResponseFlag.NoHealthyUpstream);
  rewrite(headers, selected, route, suppressEnvoyHeaders);
  return { kind: "send", action: route, failure };
}

function reply(status: number, body: ByteString, details: string, flags = 0) {
  return { kind: "reply", reply: envoyReply(status, body, details), flags } as const;
}

function rewrite(
  headers: HeaderMap,
  { route: { match } }: SelectedRoute,
  { prefixRewrite, hostRewriteLiteral, timeoutMs }: RouteAction,
  suppressEnvoyHeaders: boolean,
): void {
  const path = headers.get(":path") ?? "";
  if (prefixRewrite !== undefined) {
    if (!suppressEnvoyHeaders) headers.setInPlace("x-envoy-original-path", path);
    headers.setInPlace(":path", prefixRewrite + path.slice((match.path ?? match.prefix ?? "").length));
  }
  if (hostRewriteLiteral !== undefined) headers.setInPlace(":authority", hostRewriteLiteral);
  if (!suppressEnvoyHeaders && timeoutMs !== undefined && timeoutMs > 0)
    headers.setInPlace("x-envoy-expected-rq-timeout-ms", String(timeoutMs));
}
