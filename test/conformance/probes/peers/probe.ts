import type { Probe } from "../probe.js";
import { bad, replies, shapes } from "./http2.js";
import { badAnswers } from "./http2-answers.js";
import { refused } from "./http1.js";
import { interim } from "./interim.js";
import { options } from "./options.js";
import { orders } from "./orders.js";
import { brokenClusters, routed, virtualHosts } from "./routes.js";
import { upgrades } from "./upgrades.js";
import { timeouts } from "./timeouts.js";

/**
 * What both peers see and do: messages of every shape over HTTP/2, requests that are none, who breaks off when; and what
 * Envoy does of its own accord: routes, timeouts, options.
 */
export const probe: Probe = {
  alsoOverHttp2: ["interim", "interim-passed-on"],
  configurations: {
    "http2-shapes": { upstreamProtocol: "HTTP/2", streams: shapes },
    "http2-to-http1": {
      // By its length the request is over before its trailers come, and the upstream answers meanwhile.
      streams: shapes.filter(({ id }) => id !== "trailers-of-sized"),
    },
    "http2-bad": { upstreamProtocol: "HTTP/2", streams: bad },
    "http2-bad-answers": { upstreamProtocol: "HTTP/2", streams: badAnswers },
    "http2-replies": { upstreamProtocol: "HTTP/2", streams: replies },
    "http2-orders": { upstreamProtocol: "HTTP/2", streams: orders("HTTP/2") },
    "http1-orders": { streams: orders("HTTP/1.1") },
    "http1-to-http2": { upstreamProtocol: "HTTP/2", streams: orders("HTTP/1.1") },
    "http1-odd": { streams: refused },
    interim: { streams: interim },
    "interim-passed-on": { connectionManager: { proxy100Continue: true }, streams: interim },
    upgrades: { connectionManager: { upgradeTypes: ["websocket", "other"] }, streams: upgrades },
    routes: { virtualHosts, brokenClusters, streams: routed },
    ...timeouts,
    ...options,
  },
  streams: shapes,
};
