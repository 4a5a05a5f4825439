import { generateKeyPairSync, scryptSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { xsalsa20poly1305 } from "@noble/ciphers/salsa";
import { attach, type Descriptor, fetchBytes, fetchManifest, OciLayout, pack, pushBytes } from "oras-js";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { helloImage, type HelloImage } from "../testing/hello-image.js";
import { runCommand } from "../testing/run-command.js";

const bundle = "application/vnd.dev.sigstore.bundle.v0.3+json";

let folder: string;
let image: HelloImage;
let address: string;
const mine = generateKeyPairSync("ec", { namedCurve: "P-256" });
const theirs = generateKeyPairSync("ec", { namedCurve: "P-256" });
const pem = (key: typeof mine.privateKey): string =>
  key.export({ type: key.type === "private" ? "pkcs8" : "spki", format: "pem" }) as string;
const file = (name: string, text: string | Buffer): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "signature-"));
  image = await helloImage(join(folder, "image"));
  address = `${join(folder, "image")}:v1`;
  file("mine.key", pem(mine.privateKey));
  file("mine.pub", pem(mine.publicKey));
  file("theirs.key", pem(theirs.privateKey));
  file("theirs.pub", pem(theirs.publicKey));
});
afterEach(() => rmSync(folder, { recursive: true }));

const sign = (key: string, settings = {}, of = address) =>
  runCommand(["sign", of, "--key", join(folder, key), "--json"], settings);
const verify = (key: string, of = address) =>
  runCommand(["verify-signature", of, "--key", join(folder, key)]);

async function signed(key: string): Promise<Descriptor> {
  const { stdout, stderr, exitCode } = await sign(key);
  expect(exitCode, stderr).toBe(0);
  return (JSON.parse(stdout) as { signature: Descriptor }).signature;
}

describe("a signature", () => {
  test("is a referrer with a bundle, as cosign writes it, and is good with its key alone", async () => {
    const signature = await signed("mine.key");
    const manifest = await fetchManifest(image.layout, signature);
    expect(manifest).toMatchObject({
      artifactType: bundle,
      subject: { digest: image.manifest.digest },
      annotations: {
        "dev.sigstore.bundle.content": "dsse-envelope",
        "dev.sigstore.bundle.predicateType": "https://sigstore.dev/cosign/sign/v1",
      },
    });
    const text = Buffer.from(await fetchBytes(image.layout, manifest.layers[0]!)).toString();
    const { dsseEnvelope, ...rest } = JSON.parse(text) as {
      dsseEnvelope: { payload: string; payloadType: string; signatures: object[] };
    };
    expect(rest).toEqual({
      mediaType: bundle,
      verificationMaterial: { publicKey: { hint: expect.stringMatching(/^[\w+/]{43}=$/) as string } },
    });
    expect(JSON.parse(Buffer.from(dsseEnvelope.payload, "base64").toString())).toMatchObject({
      subject: [{ digest: { sha256: image.manifest.digest.slice("sha256:".length) } }],
    });

    expect(await verify("mine.pub")).toMatchObject({
      exitCode: 0,
      stdout: `${address}@${image.manifest.digest}\n`,
    });
    expect(await verify("theirs.pub")).toMatchObject({
      exitCode: 1,
      stdout: "",
      stderr: expect.stringMatching(
        /^error: sha256:[0-9a-f]{64} has a signature, and none is by this key; /,
      ) as string,
    });
  });

  test("is made once, and another key makes another", async () => {
    const first = await signed("mine.key");
    const again = await sign("mine.key");
    expect(JSON.parse(again.stdout)).toMatchObject({ made: false, signature: { digest: first.digest } });
    expect(again.stderr).toMatch(/was signed by this key before\n$/);
    expect((await signed("theirs.key")).digest).not.toBe(first.digest);
    expect((await verify("mine.pub")).exitCode).toBe(0);
    expect((await verify("theirs.pub")).exitCode).toBe(0);
  });

  test("goes along with copy --recursive, and is missed without", async () => {
    await signed("mine.key");
    const [whole, bare] = [join(folder, "whole"), join(folder, "bare")];
    await runCommand(["copy", address, `${whole}:v1`, "--recursive"]);
    await runCommand(["copy", address, `${bare}:v1`]);
    expect((await verify("mine.pub", `${whole}:v1`)).exitCode).toBe(0);
    expect(await verify("mine.pub", `${bare}:v1`)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(
        / is not signed; sign it with as-proxy-wasm sign, or copy it with --recursive/,
      ) as string,
    });
  });
});

describe("what is spoilt", () => {
  /** Attaches a bundle that someone made of the one that is there. */
  async function attachChanged(signature: Descriptor, change: (text: string) => string, to = image.manifest) {
    const { layers } = await fetchManifest(image.layout, signature);
    const text = Buffer.from(await fetchBytes(image.layout, layers[0]!)).toString();
    const layer = await pushBytes(image.layout, bundle, Buffer.from(change(text)));
    return attach(image.layout, to, { artifactType: bundle, layers: [layer] });
  }

  async function another(): Promise<Descriptor> {
    const layer = await pushBytes(image.layout, "text/plain", Buffer.from("other"));
    const manifest = await pack(image.layout, { artifactType: "application/x-other", layers: [layer] });
    await image.layout.tag(manifest, "v2");
    return manifest;
  }

  test("a signature of another image is told as such", async () => {
    const other = await another();
    await attachChanged(await signed("mine.key"), (text) => text, other);
    expect(await verify("mine.pub", `${join(folder, "image")}:v2`)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(
        /carries a signature by this key that was made for another image; do not use/,
      ) as string,
    });
  });

  test("a statement that was changed to name another image is nobody's", async () => {
    const other = await another();
    await attachChanged(
      await signed("mine.key"),
      (text) => {
        const value = JSON.parse(text) as { dsseEnvelope: { payload: string } };
        const payload = Buffer.from(value.dsseEnvelope.payload, "base64").toString();
        value.dsseEnvelope.payload = Buffer.from(
          payload.replace(image.manifest.digest.slice(7), other.digest.slice(7)),
        ).toString("base64");
        return JSON.stringify(value);
      },
      other,
    );
    expect((await verify("mine.pub", `${join(folder, "image")}:v2`)).stderr).toMatch(
      /has a signature, and none is by this key/,
    );
  });

  test.each([
    ["no JSON", () => "{"],
    ["null", () => "null"],
    ["no envelope", () => "{}"],
    [
      "odd signatures",
      (text: string) => text.replace(/"signatures":\[.*?\]/, '"signatures":[null,7,{"sig":8}]'),
    ],
    ["another type of payload", (text: string) => text.replace("vnd.in-toto+json", "vnd.other+json")],
  ])("a bundle with %s is no signature, and no crash", async (_, change) => {
    const other = await another();
    const signature = await signed("mine.key");
    await attachChanged(signature, change, other);
    const { exitCode, stderr } = await verify("mine.pub", `${join(folder, "image")}:v2`);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^error: sha256:\S+ (is not signed|has a signature, and none is by this key); [^\n]+\n$/,
    );
  });

  test("an image that was changed under its tag has no signature", async () => {
    await signed("mine.key");
    const layout = await OciLayout.open(join(folder, "image"));
    await layout.tag(await another(), "v1");
    expect((await verify("mine.pub")).stderr).toMatch(/ is not signed; /);
  });

  test("a signature by cosign 3.1.3 is good, for the image that it was made for alone", async () => {
    const published = file("cosign.pub", cosignPublicKey);
    const layer = await pushBytes(image.layout, bundle, Buffer.from(cosignBundle));
    await attach(image.layout, image.manifest, { artifactType: bundle, layers: [layer] });
    const { stderr } = await runCommand(["verify-signature", address, "--key", published]);
    expect(stderr).toMatch(/carries a signature by this key that was made for another image/);
  });
});

describe("keys", () => {
  test("a key locked by cosign opens with COSIGN_PASSWORD, or the password that is typed", async () => {
    file("cosign.key", cosignKey("pw"));
    expect((await sign("cosign.key", { environment: { COSIGN_PASSWORD: "pw" } })).exitCode).toBe(0);
    expect((await verify("mine.pub")).exitCode).toBe(0);
    const asked = await sign("cosign.key", { answers: { "password of the key: ": "pw" } });
    expect(JSON.parse(asked.stdout)).toMatchObject({ made: false });
  });

  test("a locked PEM key opens too", async () => {
    const cipher = { cipher: "aes-256-cbc", passphrase: "pw" };
    file("locked.key", mine.privateKey.export({ type: "pkcs8", format: "pem", ...cipher }) as string);
    expect((await sign("locked.key", { environment: { COSIGN_PASSWORD: "pw" } })).exitCode).toBe(0);
    expect((await verify("mine.pub")).exitCode).toBe(0);
    expect((await sign("locked.key", { environment: { COSIGN_PASSWORD: "no" } })).stderr).toMatch(
      /locked\.key does not open with this password; check the password/,
    );
  });

  test.each([
    [
      "cosign.key",
      () => cosignKey("other"),
      /cosign\.key does not open with this password; check the password/,
    ],
    [
      "rsa.key",
      () => pem(generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey),
      /is rsa, and signatures here are ECDSA over P-256/,
    ],
    [
      "p384.key",
      () => pem(generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey),
      /is ECDSA over secp384r1, and signatures here/,
    ],
    ["public.key", () => pem(mine.publicKey), /is no private key; sign with the private key/],
    [
      "broken.key",
      () => "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
      /is not readable as a private key/,
    ],
    ["text.key", () => "hello", /is no private key/],
  ])("%s is refused in one sentence that holds nothing of it", async (name, content, message) => {
    const text = content();
    file(name, text);
    const { exitCode, stdout, stderr } = await sign(name, { environment: { COSIGN_PASSWORD: "pw" } });
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
    expect(stderr).not.toContain(text.split("\n")[1] ?? "-----");
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  });

  test("no password and nobody to ask, no key, a key that is not there, the wrong half", async () => {
    file("cosign.key", cosignKey("pw"));
    expect(await sign("cosign.key")).toMatchObject({
      exitCode: 2,
      stderr: "error: the key has a password, and there is no terminal to ask at; set COSIGN_PASSWORD\n",
    });
    expect(await runCommand(["sign", address])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/^error: --key is missing; /) as string,
    });
    expect((await sign("none.key")).stderr).toMatch(/none\.key does not exist; name the file of a key/);
    expect((await verify("mine.key")).stderr).toMatch(
      /mine\.key is no public key; name the public half: openssl/,
    );
  });
});

/** What `cosign generate-key-pair` would write of my key, with less work for scrypt. */
function cosignKey(password: string): string {
  const params = { N: 1024, r: 8, p: 1 };
  const [salt, nonce] = [Buffer.alloc(32, 1), Buffer.alloc(24, 2)];
  const der = mine.privateKey.export({ type: "pkcs8", format: "der" });
  const box = xsalsa20poly1305(scryptSync(password, salt, 32, params), nonce).encrypt(der);
  const text = JSON.stringify({
    kdf: { name: "scrypt", params, salt: salt.toString("base64") },
    cipher: { name: "nacl/secretbox", nonce: nonce.toString("base64") },
    ciphertext: Buffer.from(box).toString("base64"),
  });
  const lines = Buffer.from(text).toString("base64").replaceAll(/.{64}/g, "$&\n");
  return `-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n${lines}\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----\n`;
}

// Made by cosign 3.1.3 for an image that nobody has: `cosign sign --key cosign.key --use-signing-config=false --tlog-upload=false`.
const cosignBundle =
  '{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{"publicKey":{"hint":"p3L2yjSO4kpck12eCqKJ0nlp36gWK/Lj9TjgmTO1rY8="}},"dsseEnvelope":{"payload":"eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEiLCJzdWJqZWN0IjpbeyJkaWdlc3QiOnsic2hhMjU2IjoiNWFkM2VmNjZkNGVmMDM1MGFkM2Q3MWU3NmRjZThkMmM2ZDU5YzM5MDliZTViZDYzYTQzZDRlNWMzOTc0M2JiYyJ9LCJhbm5vdGF0aW9ucyI6e319XSwicHJlZGljYXRlVHlwZSI6Imh0dHBzOi8vc2lnc3RvcmUuZGV2L2Nvc2lnbi9zaWduL3YxIiwicHJlZGljYXRlIjp7fX0=","payloadType":"application/vnd.in-toto+json","signatures":[{"sig":"MEUCIQCR8UewB+zrUSwSO1MlTnw6mNISjCbR91YferU/FgQJAwIgDrIKRck4jiS8++YDg7277/+nz372JZ5J1Q/aGv8cBQc="}]}}';
const cosignPublicKey = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEiQsw+u45IIcvqWVGhR1+nIw/k4Hd
++vUG2gkK8uqWT86hMf7GTdyGMYgyX6qyluzr44F8pZd3DZkqdfqzP8bbA==
-----END PUBLIC KEY-----
`;
