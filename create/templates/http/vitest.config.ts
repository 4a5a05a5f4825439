import { proxyWasm } from "as-proxy-wasm/vitest";
import { defineConfig } from "vitest/config";

// Compiles what tests import with ?filter, and gives them the matchers.
export default defineConfig({ plugins: [proxyWasm()] });
