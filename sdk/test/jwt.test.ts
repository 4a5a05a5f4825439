import {
  createHmac,
  createPublicKey,
  createVerify,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from "node:crypto";
import { describe, expect, it } from "vitest";
import { type Guest, instantiate } from "./compile.js";
import { seededRandom } from "./seeded-random.js";

const guest = await instantiate(
  `
  import { encodeBytes } from "as-proxy-wasm-sdk/assembly/abi/text";
  import { p256PublicKey, rsaPublicKey } from "as-proxy-wasm-sdk/assembly/jwt/der";
  import { Jwt, JwtKey, JwtKeySet, JwtRefusal, JwtResult, JwtVerifier } from "as-proxy-wasm-sdk/jwt";
  export { rsaPublicKey, p256PublicKey };

  export function allocate(size: usize): usize { return heap.alloc(size); }
  /** The host's way to hand over memory. */
  export function proxy_on_memory_allocate(size: usize): usize { return heap.alloc(size); }

  let keys = new JwtKeySet();
  let verifier = new JwtVerifier(keys);
  let last: JwtResult = new JwtResult(null, JwtRefusal.None);
  export function secret(bytes: Uint8Array): void { keys = JwtKeySet.of(JwtKey.hs256(bytes)); use(); }
  /** How many were skipped; -1 when it is no key set. */
  export function jwks(bytes: Uint8Array): i32 {
    const result = JwtKeySet.parse(bytes);
    const set = result.keys;
    if (set === null) return -1;
    keys = set;
    use();
    return result.skipped;
  }
  function use(): void { verifier = new JwtVerifier(keys).allowNoExpiry(); }
  export function strict(): void {
    verifier = new JwtVerifier(keys).issuer("https://issuer.example").audience("orders").leeway(30);
  }
  export function size(): i32 { return keys.size; }
  export function verify(token: string, seconds: f64): JwtRefusal {
    last = verifier.verify(token, <u64>(seconds * 1e9));
    return last.refusal;
  }
  export function reason(): string { return last.reason; }
  export function subject(): string | null { const jwt = last.jwt; return jwt === null ? null : jwt.subject; }
  export function unverified(token: string): string | null {
    const jwt = Jwt.decodeUnverified(token);
    return jwt === null ? null : jwt.claims.toString();
  }
`,
  { proxy_call_foreign_function: verifySignature },
);

/** Envoy's \`verify_signature\` (abi.md 6.4), with Node's crypto. */
function verifySignature(
  guest: Guest,
  name: number,
  nameSize: number,
  argument: number,
  size: number,
  result: number,
  resultSize: number,
): number {
  const memory = Buffer.from(guest.memory!.buffer);
  if (memory.toString("latin1", name, name + nameSize) !== "verify_signature") return 1;
  const fields: Buffer[] = [];
  for (let at = argument; at < argument + size;) {
    const field = memory[at++]! >> 3;
    let length = 0;
    for (let shift = 0, more = true; more; shift += 7) {
      length |= (memory[at]! & 0x7f) << shift;
      more = memory[at++]! >= 0x80;
    }
    fields[field] = Buffer.from(memory.subarray(at, at + length));
    at += length;
  }
  const answer = Buffer.from([0x08, 0]);
  const key = createPublicKey({ key: fields[2]!, format: "der", type: "spki" });
  const verifier = createVerify(fields[1]!.toString()).update(fields[4]!);
  answer[1] = verifier.verify({ key, dsaEncoding: "der" }, fields[3]!) ? 1 : 0;
  const at = guest["allocate"]!(answer.length);
  const after = Buffer.from(guest.memory!.buffer);
  answer.copy(after, at);
  after.writeUInt32LE(at, result);
  after.writeUInt32LE(answer.length, resultSize);
  return 0;
}

const REFUSALS = ["None", "Malformed", "Extension", "UnknownKey", "BadSignature", "NoExpiry", "Expired", "NotYetValid", "IssuedInFuture", "WrongIssuer", "WrongAudience"]; // prettier-ignore
const NOW = 1_700_000_000;
const verify = (token: string, now = NOW): string =>
  REFUSALS[guest["verify"]!(guest.__newString(token), now)]!;
const part = (value: unknown): string =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
const secret = Buffer.from("0123456789abcdef0123456789abcdef");
const hs256 = (header: unknown, claims: unknown, key: Uint8Array = secret): string => {
  const input = `${part(header)}.${part(claims)}`;
  return `${input}.${createHmac("sha256", key).update(input).digest("base64url")}`;
};
const useSecret = (key: Uint8Array): void => void guest["secret"]!(guest.newBytes(key));
const useKeys = (...keys: unknown[]): number =>
  guest["jwks"]!(guest.newBytes(Buffer.from(JSON.stringify({ keys }))));

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const rs256 = (header: object, claims: object): string => {
  const input = `${part({ alg: "RS256", ...header })}.${part(claims)}`;
  return `${input}.${sign("sha256", Buffer.from(input), rsa.privateKey).toString("base64url")}`;
};
const es256 = (header: object, claims: object): string => {
  const input = `${part({ alg: "ES256", ...header })}.${part(claims)}`;
  const key = { key: ec.privateKey, dsaEncoding: "ieee-p1363" } as const;
  return `${input}.${sign("sha256", Buffer.from(input), key).toString("base64url")}`;
};
const jwk = (key: KeyObject, more: object = {}): object => ({ ...key.export({ format: "jwk" }), ...more });

describe("HS256", () => {
  it("verifies the example of RFC 7515 A.1", () => {
    const key = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
    const token =
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    expect(useKeys({ kty: "oct", k: key })).toBe(0);
    expect(verify(token, 1_300_819_379)).toBe("None");
    expect(verify(token, 1_300_819_441)).toBe("Expired");
    expect(guest.__getString(guest["reason"]!())).toBe("the token has expired");
  });

  it("gives the claims", () => {
    useSecret(secret);
    expect(verify(hs256({ alg: "HS256" }, { sub: "jürgen" }))).toBe("None");
    expect(guest.__getString(guest["subject"]!())).toBe("jürgen");
  });

  it("refuses what was changed, and other keys", () => {
    useSecret(secret);
    const token = hs256({ alg: "HS256" }, { sub: "a" });
    const [header, , signature] = token.split(".");
    expect(verify(`${header}.${part({ sub: "b" })}.${signature}`)).toBe("BadSignature");
    expect(verify(hs256({ alg: "HS256" }, {}, Buffer.from("another")))).toBe("BadSignature");
    expect(verify(token.slice(0, -1))).not.toBe("None");
    useSecret(Buffer.alloc(0));
    expect(verify(hs256({ alg: "HS256" }, {}, Buffer.alloc(0)))).toBe("BadSignature");
  });

  it.each([
    "", ".", "..", "...", "a.b.c", "e30.e30", "e30.e30.", "e30=.e30.AA", `${part([])}.e30.AA`, `${part("{")}.e30.AA`, `${part({ alg: 1 })}.e30.AA`,
    `${part({ alg: "HS256", kid: 1 })}.e30.AA`, "\udcff.\udcff.\udcff",
  ])("takes %j for malformed", (token) => expect(verify(token)).toBe("Malformed")); // prettier-ignore

  it("takes claims that are no object for malformed, after a good signature", () => {
    useSecret(secret);
    for (const claims of [[], 1, "x", null])
      expect(verify(hs256({ alg: "HS256" }, claims))).toBe("Malformed");
    expect(verify(hs256({ alg: "HS256" }, { exp: "1" }))).toBe("Malformed");
  });

  it("refuses unknown extensions", () => {
    useSecret(secret);
    expect(verify(hs256({ alg: "HS256", crit: ["b64"], b64: false }, {}))).toBe("Extension");
  });
});

describe("algorithms", () => {
  it("come from the key: none, and an RSA key as a secret, verify nothing", () => {
    expect(useKeys(jwk(rsa.publicKey), jwk(ec.publicKey))).toBe(0);
    expect(verify(`${part({ alg: "none" })}.${part({})}.`)).toBe("UnknownKey");
    const spki = rsa.publicKey.export({ format: "der", type: "spki" });
    expect(verify(hs256({ alg: "HS256" }, {}, spki))).toBe("UnknownKey");
    for (const alg of ["none", "None", "NONE", "RS512", "PS256", "hs256", ""])
      expect(verify(hs256({ alg }, {}, spki))).toBe("UnknownKey");
  });

  it("RS256 and ES256 are verified by the host", () => {
    useKeys(
      jwk(rsa.publicKey, { kid: "r", use: "sig", alg: "RS256" }),
      jwk(ec.publicKey, { kid: "e", key_ops: ["verify"] }),
    );
    expect(verify(rs256({ kid: "r" }, { sub: "a" }))).toBe("None");
    expect(verify(rs256({}, { sub: "a" }))).toBe("None");
    expect(verify(rs256({ kid: "e" }, {}))).toBe("UnknownKey");
    expect(verify(`${rs256({}, {}).slice(0, -4)}AAAA`)).toBe("BadSignature");
    // r and s start with zeros or high bits in some of these.
    for (let i = 0; i < 300; i++) expect(verify(es256({ kid: "e" }, { i }))).toBe("None");
    expect(verify(`${es256({}, {}).slice(0, -6)}AAAAAA`)).toBe("BadSignature");
    expect(verify(es256({}, {}).slice(0, -2))).toBe("BadSignature");
  });
});

describe("key sets", () => {
  it("skip what cannot be used", () => {
    const weak = generateKeyPairSync("rsa", { modulusLength: 1024 });
    const p384 = generateKeyPairSync("ec", { namedCurve: "P-384" });
    const skipped = useKeys(
      jwk(rsa.publicKey, { use: "enc" }),
      jwk(rsa.publicKey, { alg: "PS256" }),
      jwk(rsa.publicKey, { key_ops: ["encrypt"] }),
      jwk(rsa.publicKey, { n: "=" }),
      jwk(weak.publicKey),
      jwk(p384.publicKey),
      jwk(ec.publicKey, { x: "AA" }),
      { kty: "oct", k: "c2hvcnQ" },
      { kty: "OKP" },
      { kty: 1 },
      {},
      null,
      7,
      jwk(ec.publicKey),
    );
    expect(skipped).toBe(13);
    expect(guest["size"]!()).toBe(1);
  });

  it.each(["", "[]", "{}", '{"keys":{}}', "null"])("are not %j", (text) =>
    expect(guest["jwks"]!(guest.newBytes(Buffer.from(text)))).toBe(-1),
  );

  it("turn into SubjectPublicKeyInfo as Node makes it", () => {
    const bytes = (value: unknown): number => guest.newBytes(Buffer.from(String(value), "base64url"));
    const spki = (key: KeyObject): string => key.export({ format: "der", type: "spki" }).toString("hex");
    for (const modulusLength of [2048, 2056, 3072, 4096]) {
      const { publicKey } = generateKeyPairSync("rsa", {
        modulusLength,
        publicExponent: modulusLength === 3072 ? 3 : 65_537,
      });
      const { n, e } = publicKey.export({ format: "jwk" });
      const der = guest.__getUint8Array(guest["rsaPublicKey"]!(bytes(n), bytes(e)));
      expect(Buffer.from(der).toString("hex")).toBe(spki(publicKey));
    }
    const { x, y } = ec.publicKey.export({ format: "jwk" });
    const der = guest.__getUint8Array(guest["p256PublicKey"]!(bytes(x), bytes(y)));
    expect(Buffer.from(der).toString("hex")).toBe(spki(ec.publicKey));
  });
});

describe("claims", () => {
  const good = { iss: "https://issuer.example", aud: ["x", "orders"], exp: NOW + 1, nbf: NOW, iat: NOW };
  it.each([
    [{}, "None"],
    [{ aud: "orders" }, "None"],
    [{ exp: NOW - 29 }, "None"],
    [{ exp: NOW - 30 }, "Expired"],
    [{ exp: NOW - 29.5 }, "None"],
    [{ exp: 0 }, "Expired"],
    [{ exp: undefined }, "NoExpiry"],
    [{ exp: null }, "Malformed"],
    [{ nbf: NOW + 30 }, "None"],
    [{ nbf: NOW + 31 }, "NotYetValid"],
    [{ iat: NOW + 31 }, "IssuedInFuture"],
    [{ iat: "x" }, "Malformed"],
    [{ iss: "https://issuer.example/" }, "WrongIssuer"],
    [{ iss: undefined }, "WrongIssuer"],
    [{ aud: "order" }, "WrongAudience"],
    [{ aud: ["x", 1] }, "WrongAudience"],
    [{ aud: undefined }, "WrongAudience"],
  ])("with %j: %s", (change, refusal) => {
    useSecret(secret);
    guest["strict"]!();
    expect(verify(hs256({ alg: "HS256" }, { ...good, ...change }))).toBe(refusal);
  });
});

it("decodes without verifying when asked to", () => {
  const claims = (token: string): string | null => {
    const text = guest["unverified"]!(guest.__newString(token));
    return text === 0 ? null : guest.__getString(text);
  };
  expect(claims(`${part({ alg: "none" })}.${part({ sub: "a" })}.`)).toBe('{"sub":"a"}');
  expect(claims("a.b.c")).toBe(null);
});

it("survives damaged tokens and accepts none of them", () => {
  const random = seededRandom("jwt");
  useSecret(secret);
  const token = hs256({ alg: "HS256", kid: "k" }, { sub: "a", exp: NOW + 1 });
  for (let round = 0; round < 3_000; round++) {
    const at = random(token.length);
    const damaged =
      token.slice(0, at) +
      String.fromCharCode(random(3) ? 33 + random(94) : random(0x1_0000)) +
      token.slice(at + random(3));
    if (damaged !== token) expect(verify(damaged), damaged).not.toBe("None");
    guest.__collect();
  }
});
