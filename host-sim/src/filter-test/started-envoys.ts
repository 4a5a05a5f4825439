import type { TestEnvoy } from "./test-envoy.js";

/** Those that tests have started and nobody has looked at since: the vitest entry does at the end of a file. */
export const startedEnvoys = new Set<TestEnvoy>();
