import { createPrivateKey, createPublicKey, sign as signWith, verify, type KeyObject } from "node:crypto";
import { Status } from "../abi/enums.js";
import { encodeResult, MessageFields } from "./arguments.js";
import { done, failed, type ForeignFunction } from "./foreign-function.js";

// The sentences are Envoy's; measured.
const hashes = new Set(["sha1", "sha224", "sha256", "sha384", "sha512"]);

/** hash_function 1, public_key DER 2, signature 3, text 4, public_key_pem 5; gives result 1, error 2. */
export const verifySignature: ForeignFunction = (args) => {
  const fields = MessageFields.parse(args, [1, 5]);
  if (fields === null) return failed(Status.BadArgument);
  const der = fields.bytes(2);
  const pem = fields.text(5);
  if ((der.length === 0) === (pem === "")) return failed(Status.BadArgument);
  const answer = (value: boolean, error = "") =>
    done(encodeResult({ field: 1, value }, [{ field: 2, value: error }]));
  const hash = fields.text(1).toLowerCase();
  if (!hashes.has(hash)) return answer(false, `${hash} is not supported.`);
  const key = importKey(() =>
    der.length > 0
      ? createPublicKey({ key: Buffer.from(der), format: "der", type: "spki" })
      : createPublicKey({ key: pem, format: "pem" }),
  );
  if (key === null) return answer(false, "Failed to initialize digest verify.");
  return verify(hash, fields.bytes(4), key, fields.bytes(3))
    ? answer(true)
    : answer(false, "Failed to verify digest. Error code: 0");
};

/** hash_function 1, private_key DER 2, text 3, private_key_pem 4; gives result 1, signature 2, error 3. */
export const sign: ForeignFunction = (args) => {
  const fields = MessageFields.parse(args, [1, 4]);
  if (fields === null) return failed(Status.BadArgument);
  const der = fields.bytes(2);
  const pem = fields.text(4);
  if ((der.length === 0) === (pem === "")) return failed(Status.BadArgument);
  const refused = (error: string) =>
    done(encodeResult({ field: 1, value: false }, [{ field: 3, value: error }]));
  const key = importKey(() =>
    der.length > 0
      ? createPrivateKey({ key: Buffer.from(der), format: "der", type: "pkcs8" })
      : createPrivateKey({ key: pem, format: "pem" }),
  );
  if (key === null) return refused("Invalid key type: private key required for signing operation.");
  const hash = fields.text(1).toLowerCase();
  if (!hashes.has(hash)) return refused(`${hash} is not supported.`);
  if (!isDigestKey(key)) return refused("Invalid private key: key data is corrupted or malformed.");
  const signature = signWith(hash, fields.bytes(3), key);
  return done(encodeResult({ field: 1, value: true }, [{ field: 2, value: signature }]));
};

/** Null for what is no key, and for public keys that do not sign digests. */
function importKey(load: () => KeyObject): KeyObject | null {
  try {
    const key = load();
    return key.type === "public" && !isDigestKey(key) ? null : key;
  } catch {
    return null;
  }
}

/** Ed25519 signs texts, not digests. */
function isDigestKey(key: KeyObject): boolean {
  return key.asymmetricKeyType === "rsa" || key.asymmetricKeyType === "ec";
}
