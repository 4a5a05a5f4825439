import { isOrasError } from "./errors.js";
import type { Descriptor } from "./descriptor.js";
import { isDigest } from "./digest.js";
import { tagNotFound } from "./not-found.js";
import { isReferrersTag } from "./reference.js";
import type { OperationOptions, Resolver, TagLister } from "./roles.js";

/**
 * Resolves a tag or digest; when there is no such tag, the error's hint says which there are, the nearest first. For what a
 * person wrote: it asks a registry twice before it fails.
 */
export async function resolveTag(
  target: Resolver & TagLister,
  reference: string,
  where: string,
  options: OperationOptions = {},
): Promise<Descriptor> {
  try {
    return await target.resolve(reference, options);
  } catch (error) {
    if (isDigest(reference) || !isOrasError(error, "ORAS_NOT_FOUND")) throw error;
    const known = await target.tags(options).catch((cause: unknown) => {
      // A registry may refuse to list; then the first error says what is known.
      if (isOrasError(cause)) return undefined;
      throw cause;
    });
    const names = known?.filter((tag) => !isReferrersTag(tag));
    throw tagNotFound(reference, where, names, error.status);
  }
}
