import type { ModuleInspection, ModuleProblem } from "as-proxy-wasm-sim";

/** What a module exports and imports, as names that fit on a line; `env` goes without saying. */
export function moduleNames({ exports, imports }: ModuleInspection): {
  readonly exports: readonly string[];
  readonly imports: readonly string[];
} {
  return {
    exports: exports.map(({ name }) => name),
    imports: imports.map(({ module, name }) => (module === "env" ? name : `${module}.${name}`)),
  };
}

/** What Envoy says, and what to do about it, on one line. */
export function problemSentence({ message, hint }: ModuleProblem): string {
  return `${message.replace(/\.$/, "")}; ${hint.replace(/\.$/, "")}`;
}
