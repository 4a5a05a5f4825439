// The little DER (X.690) that keys and signatures need.

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const SEQUENCE: u8 = 0x30;

/** SEQUENCE { OID rsaEncryption, NULL } (RFC 3279 §2.3.1). */
const RSA_ALGORITHM: StaticArray<u8> = [
  0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
];

/** SEQUENCE { OID ecPublicKey, OID prime256v1 } (RFC 5480 §2.1.1). */
const P256_ALGORITHM: StaticArray<u8> = [
  0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d,
  0x03, 0x01, 0x07,
];

/** An ECDSA signature of two 32-byte numbers as SEQUENCE { r, s }; null when it has not 64 bytes. */
export function ecdsaSignature(signature: Uint8Array): Uint8Array | null {
  if (signature.length != 64) return null;
  return element(SEQUENCE, join(integer(signature.subarray(0, 32)), integer(signature.subarray(32))));
}

/** The SubjectPublicKeyInfo of an RSA key of a modulus and an exponent, both big-endian. */
export function rsaPublicKey(modulus: Uint8Array, exponent: Uint8Array): Uint8Array {
  return publicKey(RSA_ALGORITHM, element(SEQUENCE, join(integer(modulus), integer(exponent))));
}

/** The SubjectPublicKeyInfo of a point on P-256, 32 bytes each. */
export function p256PublicKey(x: Uint8Array, y: Uint8Array): Uint8Array {
  const uncompressed = new Uint8Array(1);
  uncompressed[0] = 0x04;
  return publicKey(P256_ALGORITHM, join(uncompressed, join(x, y)));
}

function publicKey(algorithm: StaticArray<u8>, key: Uint8Array): Uint8Array {
  const identifier = new Uint8Array(algorithm.length);
  for (let i = 0; i < identifier.length; ++i) identifier[i] = algorithm[i];
  // A bit string begins with the number of unused bits.
  const noUnusedBits = new Uint8Array(1);
  return element(SEQUENCE, join(identifier, element(BIT_STRING, join(noUnusedBits, key))));
}

/** A number without needless zeros, and with one where the first bit would be taken for a sign. */
function integer(bigEndian: Uint8Array): Uint8Array {
  let start = 0;
  while (start < bigEndian.length - 1 && bigEndian[start] == 0) ++start;
  const digits = bigEndian.subarray(start);
  if (digits.length > 0 && digits[0] < 0x80) return element(INTEGER, digits);
  return element(INTEGER, join(new Uint8Array(1), digits));
}

/** A tag, a length of up to 65535 and the contents. */
function element(tag: u8, contents: Uint8Array): Uint8Array {
  const length = contents.length;
  const size = length < 0x80 ? 2 : length < 0x100 ? 3 : 4;
  const header = new Uint8Array(size);
  header[0] = tag;
  if (size == 2) {
    header[1] = <u8>length;
  } else {
    header[1] = <u8>(0x80 | (size - 2));
    if (size == 4) header[2] = <u8>(length >> 8);
    header[size - 1] = <u8>length;
  }
  return join(header, contents);
}

function join(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
