/** Keys as they lie in files: PEM as everybody writes it, and cosign's own encrypted form. ECDSA over P-256, which all of cosign's tools take. */
import { createHash, createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { open } from "node:fs/promises";
import { CliError } from "../errors.js";
import { decryptCosignKey, isCosignKey } from "./cosign-key.js";

/** Gives the password of a key; asked only when a key has one. */
export type PasswordSource = () => Promise<string>;

/** Reads the key that signs. */
export async function readPrivateKey(path: string, password: PasswordSource): Promise<KeyObject> {
  const pem = await readPem(path);
  if (!pem.includes("PRIVATE KEY-----")) {
    throw keyError(
      path,
      "is no private key",
      "sign with the private key; cosign generate-key-pair makes a pair",
    );
  }
  if (isCosignKey(pem)) {
    return requireP256(path, await decrypted(path, () => decryptCosignKey(pem, password)));
  }
  const locked = pem.includes("ENCRYPTED");
  const passphrase = locked ? { passphrase: await password() } : {};
  return requireP256(
    path,
    await decrypted(path, async () => createPrivateKey({ key: pem, ...passphrase }), locked),
  );
}

/** Reads the key that signatures are checked with. */
export async function readPublicKey(path: string): Promise<KeyObject> {
  const pem = await readPem(path);
  if (!pem.includes("-----BEGIN PUBLIC KEY-----")) {
    throw keyError(
      path,
      "is no public key",
      pem.includes("PRIVATE KEY-----")
        ? "name the public half: openssl pkey -in KEY -pubout, or cosign public-key --key KEY"
        : "name a PEM file with BEGIN PUBLIC KEY in it",
    );
  }
  try {
    return requireP256(path, createPublicKey(pem));
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    throw keyError(path, "is not readable as a public key", "name a PEM file with an ECDSA key over P-256");
  }
}

/** By which a bundle says whose it is: the digest of the public key, which anybody can make and nobody should trust. */
export function keyHint(key: KeyObject): string {
  const publicKey = key.type === "private" ? createPublicKey(key) : key;
  return createHash("sha256")
    .update(publicKey.export({ type: "spki", format: "der" }))
    .digest("base64");
}

async function decrypted(path: string, read: () => Promise<KeyObject>, locked = true): Promise<KeyObject> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    // The reason that Node gives is about the cipher, and no part of the key may get into a message.
    throw locked
      ? keyError(
          path,
          "does not open with this password",
          "check the password (COSIGN_PASSWORD, or the one that is asked for)",
        )
      : keyError(path, "is not readable as a private key", "name a PEM file with an ECDSA key over P-256");
  }
}

function requireP256(path: string, key: KeyObject): KeyObject {
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (key.asymmetricKeyType === "ec" && curve === "prime256v1") return key;
  const kind =
    key.asymmetricKeyType === "ec" ? `ECDSA over ${curve}` : (key.asymmetricKeyType ?? "of no kind");
  throw keyError(
    path,
    `is ${kind}, and signatures here are ECDSA over P-256`,
    "make one with cosign generate-key-pair",
  );
}

/** No key is larger. */
const maxKeyBytes = 64 * 1024;

async function readPem(path: string): Promise<string> {
  const file = await open(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== "ENOENT") throw cause;
    throw keyError(path, "does not exist", "name the file of a key; cosign generate-key-pair makes a pair");
  });
  try {
    const buffer = Buffer.alloc(maxKeyBytes + 1);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    if (bytesRead > maxKeyBytes) throw keyError(path, "is too large for a key", "name the file of a key");
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}

export function keyError(path: string, what: string, hint: string): CliError {
  return new CliError("ERR_KEY", `the key ${path} ${what}`, hint);
}
