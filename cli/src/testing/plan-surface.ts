/** What a surface makes of a filter, without a command line: options as `run` gets them, an image that is nowhere. */
import { parseFilterManifest } from "as-proxy-wasm-sim";
import { type PinnedImage, requireFits, surfaces } from "../surfaces/index.js";

export const pinnedImage: PinnedImage = {
  reference: `ghcr.io/me/guard:v1@sha256:${"1".repeat(64)}`,
  manifestDigest: `sha256:${"1".repeat(64)}`,
  wasmDigest: `sha256:${"2".repeat(64)}`,
};

export interface Planned {
  readonly documents: readonly object[];
  readonly warnings: readonly string[];
  readonly heading: readonly string[];
}

/** `filter` is what stands in a filter.json, apart from the name; `options` are those that are given, in camelCase. */
export function planSurface(
  name: string,
  filter: Readonly<Record<string, unknown>> = {},
  options: Readonly<Record<string, unknown>> = {},
  image: PinnedImage = pinnedImage,
): Planned {
  const surface = surfaces.find((one) => one.name === name);
  if (surface === undefined) throw new Error(`there is no surface ${name}`);
  const manifest = parseFilterManifest(JSON.stringify({ name: "guard", ...filter }), "filter.json");
  requireFits(surface, manifest, surfaces);
  const absent = Object.entries(surface.options).map(([key, option]) => [
    key,
    option.repeatable ? [] : option.placeholder === undefined ? false : undefined,
  ]);
  const plan = surface.plan(manifest, { ...(Object.fromEntries(absent) as object), ...options });
  return { documents: plan.documents(image), warnings: plan.warnings, heading: plan.heading(image) };
}
