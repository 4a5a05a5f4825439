import assert from "node:assert/strict";
import { createSign, generateKeyPairSync } from "node:crypto";

import { field } from "../../lab/index.js";
import type { Capability } from "../capability.js";

export const foreignFunctions: Capability = {
  page: "foreign-functions",
  async run(stage, it) {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
    });
    const deny = (expression: string) =>
      stage.http("deny", { configuration: JSON.stringify({ deny: expression }) });
    await stage.start({
      listeners: [
        await deny('request.headers["x-tenant"] == "evil" && source.port > 1024'),
        await stage.http("sealed", { configuration: JSON.stringify({ privateKey, publicKey }) }),
      ],
    });
    const tenant = (name: string) => stage.ask("deny", { headers: [["x-tenant", name]] });
    const seal = (path: string) => createSign("sha256").update(path).sign(privateKey, "base64");

    await it("evaluates an expression of the configuration", async () => {
      assert.equal((await tenant("good")).status, 200);
      assert.equal((await tenant("evil")).status, 403);
      assert.equal((await stage.ask("deny")).status, 200);
    });

    await it("declares a property that can be written once", async () => {
      stage.upstream.take();
      await tenant("good");
      assert.equal(field(stage.upstream.take()[0]?.headers ?? [], "x-checked"), "true false");
    });

    await it("verifies and makes signatures, packs and unpacks", async () => {
      const response = await stage.ask("sealed", { path: "/a", headers: [["x-seal", seal("/a")]] });
      assert.equal(response.status, 200);
      const headers = stage.upstream.take()[0]?.headers ?? [];
      assert.equal(field(headers, "x-sealed-again"), seal("/a"));
      assert.equal(field(headers, "x-same"), "yes");
    });

    await it("refuses a signature that does not fit, and says why", async () => {
      const response = await stage.ask("sealed", { path: "/b", headers: [["x-seal", seal("/a")]] });
      assert.equal(response.status, 403);
      assert.notEqual(response.body.toString().trim(), "");
      assert.equal((await stage.ask("sealed", { headers: [["x-seal", "bm8="]] })).status, 403);
      assert.equal((await stage.ask("sealed")).status, 401);
    });

    await it("refuses a configuration whose expression is none", async () => {
      const lines = await stage.refusal({ listeners: [await deny("request.")] });
      assert.ok(lines.includes("configuration.deny must be a CEL expression"), lines.join("\n"));
    });
  },
};
