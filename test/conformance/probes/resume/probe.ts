import type { Probe } from "../probe.js";
import { type MessageParts, stream } from "../streams.js";

const bodies: MessageParts = { body: ["Hello ", "World!"] };
const trailers = [["x-checksum", "abc"]] as const;
const get = (order: string) =>
  stream(`get-${order}`, { headers: [["x-do", order]], response: { ...bodies, trailers } });
const post = (order: string) =>
  stream(`post-${order}`, { headers: [["x-do", order]], ...bodies, response: bodies });

/** Envoy 1.40 ends with a segmentation fault; each needs a process of its own. */
const crashes = [
  get("request-headers:1:c1"),
  post("request-body:1:c1"),
  get("log:0:x1"),
  get("done:0:x1"),
  get("response-trailers:0:x1"),
];

export const probe: Probe = {
  alsoOverHttp2: ["default"],
  configurations: {
    default: {},
    ...Object.fromEntries(
      crashes.map((stream) => [`crash-${stream.id.replaceAll(":", "-")}`, { streams: [stream] }]),
    ),
  },
  streams: [
    // abi.md E.10, as far as it leaves the process alive and the request sent once.
    get("request-headers:1:c0"),
    post("request-headers:1:c0"),
    post("request-body:1:c0"),
    post("request-body:0:c0"),
    get("response-headers:1:c1"),
    get("response-headers:0:c0"),
    get("response-body:0:c0:c1"),
    get("response-body:1:c1"),
    get("log:0:c0:c1"),
    get("done:0:c0:c1"),
    get("request-headers:0:x1"),
    post("request-headers:0:x1"),
    post("request-body:0:x1"),
    get("response-headers:0:x1"),
    get("response-body:0:x1"),
    get("response-headers:0:c2"),
    get("request-headers:1:x1"),
    post("request-body:1:x1"),
    get("response-headers:1:x1"),
    get("response-body:1:x1"),
  ],
};
