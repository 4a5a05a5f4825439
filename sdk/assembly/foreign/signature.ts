import * as foreignFunction from "../abi/foreign-function";
import * as result from "../abi/result";
import { Status } from "../abi/status";
import { fail, Failure } from "../context/failure";
import { ProtobufReader } from "../protobuf/reader";
import { ProtobufWriter } from "../protobuf/writer";

/** What `verifySignature` found. */
export class VerifyResult {
  /** `verifySignature` makes one. @internal */
  constructor(
    /** The signature was made over exactly this text with the private half of this key. */
    readonly valid: bool,
    /** Why it is not valid, in the host's words; "" when it is. */
    readonly error: string,
  ) {}
}

/** What `sign` made. */
export class SignResult {
  /** `sign` makes one. @internal */
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
  const message = new ProtobufWriter();
  message.string(1, hash);
  message.bytes(2, publicKey);
  message.bytes(3, signature);
  message.bytes(4, text);
  return verify(message);
}

/**
 * Whether a signature fits a text and a public key in PEM (`-----BEGIN PUBLIC KEY-----`); all else as in
 * `verifySignature`.
 */
export function verifySignatureWithPem(
  hash: string,
  publicKey: string,
  signature: Uint8Array,
  text: Uint8Array,
): VerifyResult {
  const message = new ProtobufWriter();
  message.string(1, hash);
  message.bytes(3, signature);
  message.bytes(4, text);
  message.string(5, publicKey);
  return verify(message);
}

/**
 * Signs a text, in the host's crypto library (RSA PKCS #1 v1.5, ECDSA). `hash` as in `verifySignature`.
 * `privateKey`: DER (PKCS #8). Mind who can read the plugin's configuration before a private key stands
 * there.
 */
export function sign(hash: string, privateKey: Uint8Array, text: Uint8Array): SignResult {
  const message = new ProtobufWriter();
  message.string(1, hash);
  message.bytes(2, privateKey);
  message.bytes(3, text);
  return signed(message);
}

/** Signs a text with a private key in PEM (`-----BEGIN PRIVATE KEY-----`); all else as in `sign`. */
export function signWithPem(hash: string, privateKey: string, text: Uint8Array): SignResult {
  const message = new ProtobufWriter();
  message.string(1, hash);
  message.bytes(3, text);
  message.string(4, privateKey);
  return signed(message);
}

function verify(message: ProtobufWriter): VerifyResult {
  const status = foreignFunction.call("verify_signature", message.finish());
  if (status != Status.Ok) return new VerifyResult(false, refusal(status));
  const reader = new ProtobufReader(result.bytes());
  let valid: bool = false;
  let error = "";
  while (reader.next()) {
    if (reader.field == 1) valid = reader.boolean();
    else if (reader.field == 2) error = reader.string();
  }
  if (reader.failed) valid = false;
  return new VerifyResult(valid, valid ? "" : reason(error));
}

function signed(message: ProtobufWriter): SignResult {
  const status = foreignFunction.call("sign", message.finish());
  if (status != Status.Ok) return new SignResult(null, refusal(status));
  const reader = new ProtobufReader(result.bytes());
  let done: bool = false;
  let signature: Uint8Array | null = null;
  let error = "";
  while (reader.next()) {
    if (reader.field == 1) done = reader.boolean();
    else if (reader.field == 2) signature = reader.bytes();
    else if (reader.field == 3) error = reader.string();
  }
  if (done && !reader.failed && signature !== null) return new SignResult(signature, "");
  return new SignResult(null, reason(error));
}

function reason(error: string): string {
  return error == "" ? "the host gave no reason" : error;
}

/** Its own words, so that a module which verifies has no use for all of `lastFailure`'s. */
function refusal(status: Status): string {
  fail(Failure.Host, status);
  if (status == Status.NotFound) return "the host has no function for signatures";
  if (status == Status.BadArgument) return "the host takes one key, and this is none";
  return "the host refused";
}
