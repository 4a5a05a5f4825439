import type { Descriptor } from "./descriptor.js";
import { type PackOptions, pack } from "./pack.js";
import type { Pusher, Resolver } from "./roles.js";

export type AttachOptions = Omit<PackOptions, "subject" | "artifactType"> & {
  /** What is attached: a signature, an SBOM, a readme. */
  readonly artifactType: string;
};

/**
 * Attaches an artifact to another, which stays as it is, digest and all. `discover` finds it.
 *
 * @example
 * const sbom = await pushBytes(repository, "application/spdx+json", bytes);
 * await attach(repository, "v1", { artifactType: "application/spdx+json", layers: [sbom] });
 */
export async function attach(
  target: Resolver & Pusher,
  to: string | Descriptor,
  options: AttachOptions,
): Promise<Descriptor> {
  const { mediaType, digest, size } = typeof to === "string" ? await target.resolve(to, options) : to;
  return pack(target, { ...options, subject: { mediaType, digest, size } });
}
