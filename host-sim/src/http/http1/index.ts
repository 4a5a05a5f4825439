export { http1Downstream, http1Upstream } from "./codec.js";
