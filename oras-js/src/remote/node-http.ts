import { createRequire } from "node:module";

/**
 * Node's HTTP client. An `import` of it would read each of its exports, and with that load the WebSocket and `fetch` of newer
 * versions of Node: more than all the rest of starting.
 */
export const { Agent, request } = createRequire(import.meta.url)("node:http") as typeof import("node:http");
