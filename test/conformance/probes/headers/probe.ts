import type { Probe } from "../probe.js";
import { type MessageParts, sized, stream } from "../streams.js";

const both = [
  ...["set-all", "set-malformed", "set-empty", "set-many"],
  ...["add", "add-pseudo", "add-cookie", "add-length"],
  ...[
    "replace-repeated",
    "remove-repeated",
    "empty-value",
    "unicode",
    "upper",
    "spaces",
    "empty-name",
    "large",
  ],
  ...["line-break", "line-break-name", "nul", "control", "hop-by-hop", "envoy-own"],
  "add replace-repeated add remove-repeated add",
];
const ofRequests = [
  ...["replace-path", "replace-host", "replace-method"],
  ...["remove-method", "remove-path", "remove-authority", "remove-scheme", "remove-proto"],
];
const ofResponses = ["replace-status", "replace-status-empty", "replace-status-204", "remove-status"];

const told = (order: string, parts: MessageParts): MessageParts => ({
  ...parts,
  headers: [["x-do", order], ["x-two", "a"], ["cookie", "a=1"], ["x-two", "b"], ...(parts.headers ?? [])],
});

const name = (order: string) => order.replaceAll(" ", "-");

export const probe: Probe = {
  alsoOverHttp2: ["default"],
  configurations: { default: {} },
  streams: [
    ...[...both, ...ofRequests].map((order) => stream(`request-${name(order)}`, told(order, {}))),
    ...["set-all", "remove-method", "line-break"].map((order) =>
      stream(`post-${name(order)}`, told(order, sized("a body"))),
    ),
    ...[...both, ...ofResponses].map((order) =>
      stream(`response-${name(order)}`, { response: told(order, sized("response")) }),
    ),
    ...["set-all", "replace-status-204", "line-break"].map((order) =>
      stream(`response-bodiless-${name(order)}`, { response: told(order, sized()) }),
    ),
  ],
};
