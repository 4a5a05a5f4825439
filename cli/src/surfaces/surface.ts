/** A place where a filter is configured: what it takes, what it cannot say, and the configuration it gets. */
import type { FilterManifest } from "as-proxy-wasm-sim";
import type { Digest } from "oras-js";
import type { Input, Option } from "../command.js";
import { CliError } from "../errors.js";
import { type Need, type NeedName, needs } from "./needs.js";

/** An image, and the two digests that it is pinned by. */
export interface PinnedImage {
  /** `registry/repository:tag@sha256:…`, of one manifest and never of an index: consumers compare the digest of the manifest they load. */
  readonly reference: string;
  /** Pins `oci://` addresses. */
  readonly manifestDigest: Digest;
  /** Pins the bare file. */
  readonly wasmDigest: Digest;
}

/** What a surface cannot say of a filter. */
export interface Limit {
  readonly need: NeedName;
  /** A clause behind "which": why the surface cannot say it, and what would happen. */
  readonly because: string;
}

export interface Surface {
  /** The word behind `manifest`. */
  readonly name: string;
  /** What it makes, as a noun: "WasmPlugin". */
  readonly makes: string;
  readonly summary: string;
  /** Who loads the module: what keeps the image from being loaded there is found before anything is printed. Null: the bare file. */
  readonly consumer: "istio" | "envoy-gateway" | null;
  readonly options: SurfaceOptions;
  readonly limits: readonly Limit[];
  /** Reads the options; a wrong one is a mistake in the command line. What the filter needs was asked before (`requireFits`). */
  readonly plan: (filter: FilterManifest, input: Readonly<Record<string, unknown>>) => Plan;
}

/** What is known of a delivery before its image is. */
export interface Plan {
  /** What is possible and yet deserves a word, each as a clause. */
  readonly warnings: readonly string[];
  /** Lines for people above the YAML: where it belongs, and what has to be there. */
  heading(image: PinnedImage): readonly string[];
  /** One object a YAML document. */
  documents(image: PinnedImage): readonly object[];
}

export type SurfaceOptions = Readonly<Record<string, Option<unknown>>>;

/** The values of a surface's options. */
export type Given<Options extends SurfaceOptions> = Input<Record<never, never>, Options>;

/** Fixes the types of a surface's options from its own definition. */
export function defineSurface<const Options extends SurfaceOptions>(
  surface: Omit<Surface, "options" | "plan"> & {
    readonly options: Options;
    readonly plan: (filter: FilterManifest, input: Given<Options>) => Plan;
  },
): Surface {
  return surface as unknown as Surface;
}

/** The limits that a filter breaks, with what it needs in words. */
export function brokenLimits(
  surface: Surface,
  filter: FilterManifest,
): readonly (Limit & { readonly what: string })[] {
  return surface.limits.flatMap((limit) => {
    const what = (needs[limit.need] as Need)(filter);
    return what === undefined ? [] : [{ ...limit, what }];
  });
}

/**
 * Throws when the surface cannot say all that the filter needs: every reason at once, and the surfaces that can say it, those for the
 * same consumer first.
 */
export function requireFits(surface: Surface, filter: FilterManifest, others: readonly Surface[]): void {
  if (filter.target !== "envoy") {
    throw new CliError(
      "ERR_MANIFEST",
      `${filter.name} is built for ${filter.target} (filter.json), and every surface here configures an Envoy`,
      'set "target" to "envoy" and build again',
    );
  }
  const broken = brokenLimits(surface, filter);
  if (broken.length === 0) return;
  const reasons = broken.map(({ what, because }) => `it has ${what}, which ${because}`);
  const fitting = others
    .filter((other) => other.consumer === surface.consumer || other.consumer === null)
    .filter((other) => brokenLimits(other, filter).length === 0)
    .map(({ name }) => name);
  throw new CliError(
    "ERR_MANIFEST",
    `${filter.name} does not fit ${article(surface.makes)}: ${reasons.join("; ")}`,
    `as-proxy-wasm manifest ${choice(fitting)} can say ${broken.length === 1 ? "it" : "all of it"}`,
  );
}

function article(noun: string): string {
  return `${/^[AEIOU]/i.test(noun) ? "an" : "a"} ${noun}`;
}

function choice(names: readonly string[]): string {
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} or ${last}`;
}
