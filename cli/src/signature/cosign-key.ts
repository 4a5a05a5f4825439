/**
 * The private key that `cosign generate-key-pair` writes: PEM around JSON around a PKCS #8 key, locked with scrypt and NaCl's secretbox.
 *
 *     { kdf: { name: "scrypt", params: { N, r, p }, salt }, cipher: { name: "nacl/secretbox", nonce }, ciphertext }
 */
import { createPrivateKey, type KeyObject, scrypt } from "node:crypto";
import { promisify } from "node:util";

const form = /-----BEGIN ENCRYPTED (?:SIGSTORE|COSIGN) PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END/;

export function isCosignKey(pem: string): boolean {
  return form.test(pem);
}

/** Rejects with whatever went wrong first; a wrong password is no different from a broken file. */
export async function decryptCosignKey(pem: string, password: () => Promise<string>): Promise<KeyObject> {
  const { kdf, cipher, ciphertext } = JSON.parse(
    Buffer.from(form.exec(pem)![1]!, "base64").toString("utf8"),
  ) as CosignKey;
  if (kdf.name !== "scrypt" || cipher.name !== "nacl/secretbox") throw new Error("an unknown cipher");
  const { N, r, p } = kdf.params;
  const memory = 128 * N * r;
  // What cosign writes takes 64 MiB; a file that wants more than 1 GiB wants to harm.
  if (memory * p > 2 ** 30) throw new Error("too much work");
  const derive = promisify<string, Buffer, number, object, Buffer>(scrypt);
  const key = await derive(await password(), Buffer.from(kdf.salt, "base64"), 32, {
    N,
    r,
    p,
    maxmem: 2 * memory,
  });
  // Loaded for this alone.
  const { xsalsa20poly1305 } = await import("@noble/ciphers/salsa");
  const der = xsalsa20poly1305(key, Buffer.from(cipher.nonce, "base64")).decrypt(
    Buffer.from(ciphertext, "base64"),
  );
  return createPrivateKey({ key: Buffer.from(der), format: "der", type: "pkcs8" });
}

interface CosignKey {
  readonly kdf: {
    readonly name: string;
    readonly params: { readonly N: number; readonly r: number; readonly p: number };
    readonly salt: string;
  };
  readonly cipher: { readonly name: string; readonly nonce: string };
  readonly ciphertext: string;
}
