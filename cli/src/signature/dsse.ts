/**
 * An envelope around a signed text (DSSE 1.0): what is signed is not the text but text and type with their lengths, so that
 * neither can be taken for something else.
 */
import { type KeyObject, sign, verify } from "node:crypto";

export interface Envelope {
  readonly payloadType: string;
  readonly payload: Uint8Array;
  readonly signatures: readonly Uint8Array[];
}

/** ECDSA over SHA-256, as DER: what cosign makes of a P-256 key. */
export function signEnvelope(payloadType: string, payload: Uint8Array, privateKey: KeyObject): Envelope {
  return { payloadType, payload, signatures: [sign("sha256", signed(payloadType, payload), privateKey)] };
}

/** Whether one of the signatures is the key's. */
export function isSignedBy({ payloadType, payload, signatures }: Envelope, publicKey: KeyObject): boolean {
  const bytes = signed(payloadType, payload);
  return signatures.some((signature) => verify("sha256", bytes, publicKey, signature));
}

/** The "pre-authentication encoding" of the specification. */
function signed(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = Buffer.from(payloadType, "utf8");
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${type.byteLength} `),
    type,
    Buffer.from(` ${payload.byteLength} `),
    payload,
  ]);
}
