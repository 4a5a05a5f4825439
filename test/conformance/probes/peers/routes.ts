import type { VirtualHost } from "as-proxy-wasm-sim";

import { sized, stream } from "../streams.js";

export const virtualHosts: readonly VirtualHost[] = [
  {
    name: "other",
    domains: ["other.test"],
    routes: [{ name: "moved", match: { prefix: "/" }, route: { cluster: "second" } }],
  },
  {
    name: "probe",
    domains: ["probe.test"],
    routes: [
      { name: "dead", match: { prefix: "/dead" }, route: { cluster: "dead" } },
      { name: "empty", match: { prefix: "/empty" }, route: { cluster: "empty" } },
      { name: "direct", match: { path: "/direct" }, directResponse: { status: 418, body: "from the route" } },
      { name: "redirect", match: { path: "/redirect" }, redirect: { pathRedirect: "/there" } },
      {
        name: "rewritten",
        match: { prefix: "/old/" },
        route: { cluster: "upstream", prefixRewrite: "/new/", hostRewriteLiteral: "inside.test" },
      },
      {
        name: "by-header",
        match: { prefix: "/h", headers: { "x-pick": "me" } },
        route: { cluster: "upstream" },
      },
      { name: "plain", match: { prefix: "/plain" }, route: { cluster: "upstream" } },
    ],
  },
];

export const brokenClusters = { dead: "unreachable", empty: "no healthy host" } as const;

const answered = { response: sized("answer") };
const told = (order: string) => ({ headers: [["x-do", order]] as const });

/** Which route is taken, what Envoy answers itself, and how a filter changes that (abi.md F.1, D.21). */
export const routed = [
  stream("plain", answered),
  stream("no-route"),
  stream("dead"),
  stream("dead-post", { ...sized("body") }),
  stream("empty"),
  stream("direct"),
  stream("direct-head", { path: "/direct", method: "HEAD" }),
  stream("redirect"),
  stream("rewritten", { path: "/old/page?a=1", ...answered }),
  stream("header-picks", { headers: [["x-pick", "me"]], ...answered }),
  stream("header-does-not-pick", { path: "/header" }),
  stream("filter-changes-the-authority", {
    path: "/plain",
    ...told("set::authority=other.test"),
    ...answered,
  }),
  stream("filter-changes-the-path", { path: "/nowhere", ...told("set::path=/plain"), ...answered }),
  stream("filter-leads-astray", { path: "/plain", ...told("set::path=/nowhere") }),
  stream("upstream-closes", { path: "/plain", order: ["request", { reset: "upstream" }] }),
  stream("upstream-cuts", {
    path: "/plain",
    response: { body: ["abc", "def"] },
    order: ["request", "response", "response", { reset: "upstream" }],
  }),
];
