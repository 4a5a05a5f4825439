/** A signature as cosign 3 stores and reads it: a sigstore bundle, the JSON form of a protobuf message (measured with cosign 3.1.3). */
import type { Envelope } from "./dsse.js";

/** The media type of the bundle, and the artifact type of the referrer that carries it. */
export const BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";

/** What of a bundle is looked at; all the rest speaks of certificates and logs. */
export function writeBundle(envelope: Envelope, keyHint: string): Uint8Array {
  const bundle = {
    mediaType: BUNDLE,
    verificationMaterial: { publicKey: { hint: keyHint } },
    dsseEnvelope: {
      payload: base64(envelope.payload),
      payloadType: envelope.payloadType,
      signatures: envelope.signatures.map((sig) => ({ sig: base64(sig) })),
    },
  };
  return Buffer.from(JSON.stringify(bundle), "utf8");
}

/** The envelope in a bundle; undefined for what is no bundle, or has something else in it. */
export function readBundle(bytes: Uint8Array): Envelope | undefined {
  const bundle = parse(bytes) as
    | { readonly dsseEnvelope?: { payload?: unknown; payloadType?: unknown; signatures?: unknown } }
    | undefined;
  const { payload, payloadType, signatures } = bundle?.dsseEnvelope ?? {};
  if (typeof payload !== "string" || typeof payloadType !== "string" || !Array.isArray(signatures)) {
    return undefined;
  }
  return {
    payload: Buffer.from(payload, "base64"),
    payloadType,
    signatures: signatures
      .slice(0, maxSignatures)
      .map((one) => (one as { readonly sig?: unknown } | null)?.sig)
      .filter((sig) => typeof sig === "string")
      .map((sig) => Buffer.from(sig, "base64")),
  };
}

/** Of an envelope; cosign writes one. */
const maxSignatures = 16;

function parse(bytes: Uint8Array): unknown {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
