export { Http1ClientSide } from "./client.js";
export { Http1UpstreamSide } from "./upstream.js";
