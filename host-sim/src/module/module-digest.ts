import { createHash } from "node:crypto";

const digests = new WeakMap<Uint8Array, string>();

/** The SHA-256 of a module, made once for each array: the bytes of a module do not change once they are given. */
export function moduleDigest(code: Uint8Array): string {
  let digest = digests.get(code);
  if (digest === undefined) {
    digest = createHash("sha256").update(code).digest("hex");
    digests.set(code, digest);
  }
  return digest;
}
