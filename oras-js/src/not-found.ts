import type { Descriptor } from "./descriptor.js";
import { isDigest, printable } from "./digest.js";
import { OrasError } from "./errors.js";
import { nearestFirst } from "./nearest.js";

/** No content with this digest. */
export function contentNotFound(descriptor: Descriptor, where: string, status?: number): OrasError {
  return new OrasError(
    "ORAS_NOT_FOUND",
    `${descriptor.digest} (${printable(descriptor.mediaType)}) is not in ${where}`,
    {
      hint: "Push it first, or copy from a place that has it.",
      ...(status === undefined ? {} : { status }),
    },
  );
}

/** No such tag, or no manifest with this digest. `known` are the tags there are, where that is cheap to know. */
export function tagNotFound(
  reference: string,
  where: string,
  known?: readonly string[],
  status?: number,
): OrasError {
  const what = isDigest(reference) ? `The manifest ${reference}` : `The tag "${printable(reference)}"`;
  return new OrasError("ORAS_NOT_FOUND", `${what} is not in ${where}`, {
    hint:
      known === undefined ? "Check the spelling, or push it first." : listed(nearestFirst(reference, known)),
    ...(status === undefined ? {} : { status }),
  });
}

function listed(known: readonly string[]): string {
  if (known.length === 0) return "There are no tags at all; push something first.";
  const shown = known.slice(0, 10).map((tag) => printable(tag));
  return `There is: ${shown.join(", ")}${known.length > shown.length ? ", ..." : "."}`;
}
