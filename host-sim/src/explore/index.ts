/** Looks for what a filter does wrong: `as-proxy-wasm explore` on the command line. */
export { explore, type ExploreOptions, type Search } from "./explore.js";
export type { DifferenceFinding, FailureFinding, Finding, GrowthFinding } from "./finding.js";
// For searches of one's own.
export { mutate } from "./mutate.js";
export { Random } from "../random.js";
export { shrinkBytes } from "./shrink-bytes.js";
