import assert from "node:assert/strict";
import { createHmac } from "node:crypto";

import { field, fieldValues } from "../../lab/index.js";
import type { Capability } from "../capability.js";

/** The page's example. */
const KEY = "an example's key; yours is in the configuration";

export const textFormats: Capability = {
  page: "text-formats",
  async run(stage, it) {
    await stage.start({ listeners: [await stage.http("session")] });
    const seen = () => stage.upstream.take()[0]?.headers ?? [];

    await it("gives a signed cookie, and knows it again", async () => {
      const first = await stage.ask("session");
      const [cookie = ""] = fieldValues(first.headers, "set-cookie");
      assert.match(cookie, /^__Host-session=[0-9a-f]{16}\.[\w-]{43}; .*Secure.*/);
      for (const attribute of ["Path=/", "HttpOnly", "SameSite=Lax", "Max-Age=3600"])
        assert.ok(cookie.split("; ").includes(attribute), cookie);
      const [pair = ""] = cookie.split(";");
      const [id = "", signature] = pair.slice("__Host-session=".length).split(".");
      assert.equal(signature, createHmac("sha256", KEY).update(id).digest("base64url"));
      assert.equal(field(seen(), "x-session"), null);

      const second = await stage.ask("session", { headers: [["cookie", `a=1; ${pair}`]] });
      assert.deepEqual(fieldValues(second.headers, "set-cookie"), []);
      assert.equal(field(seen(), "x-session"), id);
    });

    await it("does not take a cookie whose signature is wrong", async () => {
      const response = await stage.ask("session", { headers: [["cookie", "__Host-session=me.AAAA"]] });
      assert.equal(field(seen(), "x-session"), null);
      assert.equal(fieldValues(response.headers, "set-cookie").length, 1);
    });

    await it("removes a parameter and keeps the others in order", async () => {
      await stage.ask("session", { path: "/a%20b?z=1&utm_source=x&a=%C3%A9&z=2" });
      const [request] = stage.upstream.take();
      assert.equal(request?.path, "/a%20b?z=1&a=%C3%A9&z=2");
      assert.equal(field(request.headers, "x-file"), "/a b");
      await stage.ask("session", { path: "/?utm_source=x" });
      assert.equal(stage.upstream.take()[0]?.path, "/");
    });

    await it("knows what is not well-formed", async () => {
      await stage.ask("session", { path: "/%zz" });
      assert.equal(field(seen(), "x-file"), "malformed");
    });
  },
};
