import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { Digest } from "./digest.js";
import { type Descriptor, requireMediaType } from "./descriptor.js";
import { readBytes, translated } from "./layout/file-errors.js";
import type { OperationOptions, Pusher } from "./roles.js";

/**
 * Pushes a file without holding it in memory, and returns its descriptor. It is read twice: once for its digest, and once more while it
 * is sent; one that changes in between is refused.
 *
 * @example
 * const sbom = await pushFile(repository, "application/spdx+json", "sbom.json");
 * await attach(repository, "v1", { artifactType: "application/spdx+json", layers: [sbom] });
 */
export async function pushFile(
  to: Pusher,
  mediaType: string,
  path: string,
  options: OperationOptions & { readonly annotations?: Readonly<Record<string, string>> } = {},
): Promise<Descriptor> {
  requireMediaType(mediaType, "the media type");
  const { signal, annotations } = options;
  const open = (): AsyncIterable<Uint8Array> =>
    translated(
      createReadStream(path, { highWaterMark: readBytes, ...(signal === undefined ? {} : { signal }) }),
      path,
      signal,
    );
  const descriptor = {
    mediaType,
    ...(await measure(open())),
    ...(annotations === undefined ? {} : { annotations }),
  };
  if (!(await to.exists(descriptor, options))) await to.push(descriptor, open, options);
  return descriptor;
}

async function measure(source: AsyncIterable<Uint8Array>): Promise<{ digest: Digest; size: number }> {
  const hasher = createHash("sha256");
  let size = 0;
  for await (const chunk of source) {
    hasher.update(chunk);
    size += chunk.byteLength;
  }
  return { digest: `sha256:${hasher.digest("hex")}`, size };
}
