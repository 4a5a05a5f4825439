/** What is signed: an in-toto statement that says nothing of an image but its digest. */
import { algorithmOf, type Digest, hexOf } from "oras-js";
import type { Envelope } from "./dsse.js";

export const STATEMENT = "application/vnd.in-toto+json";
/** An attestation, which cosign stores in the same way, has another one: it is no signature. */
const SIGNATURE = "https://sigstore.dev/cosign/sign/v1";

export function writeStatement(digest: Digest): Uint8Array {
  const statement = {
    _type: "https://in-toto.io/Statement/v1",
    subject: [{ digest: { [algorithmOf(digest)]: hexOf(digest) } }],
    predicateType: SIGNATURE,
    predicate: {},
  };
  return Buffer.from(JSON.stringify(statement), "utf8");
}

/** The annotations by which cosign finds the bundle among others. */
export const bundleAnnotations = {
  "dev.sigstore.bundle.content": "dsse-envelope",
  "dev.sigstore.bundle.predicateType": SIGNATURE,
};

/** Whether an envelope holds a signature at all, and whether it is one of this image. */
export function readStatement(
  envelope: Envelope,
  digest: Digest,
): "this image" | "another image" | "no signature" {
  if (envelope.payloadType !== STATEMENT) return "no signature";
  let statement: { readonly predicateType?: unknown; readonly subject?: unknown } | null;
  try {
    statement = JSON.parse(Buffer.from(envelope.payload).toString("utf8")) as typeof statement;
  } catch {
    return "no signature";
  }
  if (statement?.predicateType !== SIGNATURE || !Array.isArray(statement.subject)) return "no signature";
  const names = statement.subject.some(
    (subject: { readonly digest?: Readonly<Record<string, unknown>> } | null) =>
      subject?.digest?.[algorithmOf(digest)] === hexOf(digest),
  );
  return names ? "this image" : "another image";
}
