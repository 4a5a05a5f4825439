import * as foreignFunction from "../abi/foreign-function";
import * as result from "../abi/result";
import { lastFailure, succeeded } from "../context/failure";
import { MessageReader, MessageWriter } from "./message";

/** What `verifySignature` found. */
export class VerifyResult {
  constructor(
    /** The signature was made over exactly this text with the private half of this key. */
    readonly valid: bool,
    /** Why it is not valid, in the host's words; "" when it is. */
    readonly error: string,
  ) {}
}

/** What `sign` made. */
export class SignResult {
  constructor(
    /** The signature; null when there is none. */
    readonly signature: Uint8Array | null,
    /** Why there is none, in the host's words; "" when there is one. */
    readonly error: string,
  ) {}
}

/**
 * Whether a signature fits a text and a public key, checked by the host's crypto library (RSA PKCS #1 v1.5,
 * ECDSA).
 *
 * `hash`: `sha1`, `sha224`, `sha256`, `sha384` or `sha512`. `publicKey`: DER (SubjectPublicKeyInfo).
 * `signature`: for ECDSA its DER form, which a JWT's is not. Never traps; what the host cannot read is not
 * valid, and the error says so.
 */
export function verifySignature(
  hash: string,
  publicKey: Uint8Array,
  signature: Uint8Array,
  text: Uint8Array,
): VerifyResult {
  const message = new MessageWriter();
  message.text(1, hash);
  message.bytes(2, publicKey);
  message.bytes(3, signature);
  message.bytes(4, text);
  return verify(message);
}

/** The same with a public key in PEM (`-----BEGIN PUBLIC KEY-----`). */
export function verifySignatureWithPem(
  hash: string,
  publicKey: string,
  signature: Uint8Array,
  text: Uint8Array,
): VerifyResult {
  const message = new MessageWriter();
  message.text(1, hash);
  message.bytes(3, signature);
  message.bytes(4, text);
  message.text(5, publicKey);
  return verify(message);
}

/**
 * Signs a text, in the host's crypto library (RSA PKCS #1 v1.5, ECDSA). `hash` as in `verifySignature`.
 * `privateKey`: DER (PKCS #8). Mind who can read the plugin's configuration before a private key stands
 * there.
 */
export function sign(hash: string, privateKey: Uint8Array, text: Uint8Array): SignResult {
  const message = new MessageWriter();
  message.text(1, hash);
  message.bytes(2, privateKey);
  message.bytes(3, text);
  return signed(message);
}

/** The same with a private key in PEM (`-----BEGIN PRIVATE KEY-----`). */
export function signWithPem(hash: string, privateKey: string, text: Uint8Array): SignResult {
  const message = new MessageWriter();
  message.text(1, hash);
  message.bytes(3, text);
  message.text(4, privateKey);
  return signed(message);
}

function verify(message: MessageWriter): VerifyResult {
  if (!succeeded(foreignFunction.call("verify_signature", message.finish()))) {
    return new VerifyResult(false, lastFailure());
  }
  const reader = new MessageReader(result.bytes());
  let valid = false;
  let error = "";
  while (reader.next()) {
    if (reader.field == 1) valid = reader.number != 0;
    else if (reader.field == 2) error = reader.text();
  }
  return new VerifyResult(valid, valid ? "" : error == "" ? NO_REASON : error);
}

function signed(message: MessageWriter): SignResult {
  if (!succeeded(foreignFunction.call("sign", message.finish()))) {
    return new SignResult(null, lastFailure());
  }
  const reader = new MessageReader(result.bytes());
  let done = false;
  let signature: Uint8Array | null = null;
  let error = "";
  while (reader.next()) {
    if (reader.field == 1) done = reader.number != 0;
    else if (reader.field == 2) signature = reader.bytes();
    else if (reader.field == 3) error = reader.text();
  }
  if (done && signature !== null) return new SignResult(signature, "");
  return new SignResult(null, error == "" ? NO_REASON : error);
}

const NO_REASON: string = "the host gave no reason";
