import assert from "node:assert/strict";
import { createHmac, createSign, generateKeyPairSync } from "node:crypto";

import { field } from "../../lab/index.js";
import type { Capability } from "../capability.js";

const SECRET = Buffer.alloc(32, 7);

export const jwt: Capability = {
  page: "jwt",
  async run(stage, it) {
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const jwks = {
      keys: [
        { kty: "oct", kid: "secret", k: SECRET.toString("base64url") },
        { ...rsa.publicKey.export({ format: "jwk" }), kid: "rsa", alg: "RS256" },
        { ...ec.publicKey.export({ format: "jwk" }), kid: "ec", alg: "ES256" },
      ],
    };
    const signers: Record<string, (text: string) => string> = {
      HS256: (text) => createHmac("sha256", SECRET).update(text).digest("base64url"),
      RS256: (text) => createSign("sha256").update(text).sign(rsa.privateKey, "base64url"),
      ES256: (text) =>
        createSign("sha256")
          .update(text)
          .sign({ key: ec.privateKey, dsaEncoding: "ieee-p1363" }, "base64url"),
      none: () => "",
    };
    const now = Math.floor(Date.now() / 1000);
    const CLAIMS = { iss: "https://issuer.example", aud: ["orders"], sub: "alice", exp: now + 600 };
    const token = (alg: string, claims: object = CLAIMS, signer = alg): string => {
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
      const text = `${part({ alg, typ: "JWT" })}.${part(claims)}`;
      return `${text}.${signers[signer]?.(text)}`;
    };
    await stage.start({
      listeners: [await stage.http("bearer", { configuration: JSON.stringify({ jwks }) })],
    });
    const ask = (value: string) =>
      stage.ask("bearer", {
        headers: [
          ["authorization", `Bearer ${value}`],
          ["x-user", "root"],
        ],
      });

    for (const alg of ["HS256", "RS256", "ES256"]) {
      await it(`lets a good ${alg} token pass, and names its subject`, async () => {
        assert.equal((await ask(token(alg))).status, 200);
        assert.equal(field(stage.upstream.take()[0]?.headers ?? [], "x-user"), "alice");
      });
    }

    const refused: readonly (readonly [string, string, string])[] = [
      ["one that has expired", token("HS256", { ...CLAIMS, exp: now - 600 }), "the token has expired"],
      ["one for others", token("HS256", { ...CLAIMS, aud: "other" }), "the token is for another audience"],
      ["one of another issuer", token("RS256", { ...CLAIMS, iss: "x" }), "the token has another issuer"],
      ["one without a signature", token("none"), "no key has the token's algorithm"],
      [
        "one whose signature is wrong",
        `${token("ES256").slice(0, -8)}AAAAAAAA`,
        "the token's signature is wrong",
      ],
      ["one with the algorithm swapped", token("RS256", CLAIMS, "HS256"), "the token's signature is wrong"],
      ["what is no token", "a.b", "the token is malformed"],
    ];
    for (const [what, value, reason] of refused) {
      await it(`refuses ${what}`, async () => {
        const response = await ask(value);
        assert.equal(response.status, 401);
        assert.equal(stage.upstream.take().length, 0);
        await stage.awaitLine(reason);
      });
    }
  },
};
