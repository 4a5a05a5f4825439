import assert from "node:assert/strict";

import { field } from "../../lab/index.js";
import type { Capability } from "../capability.js";

export const properties: Capability = {
  page: "properties",
  async run(stage, it) {
    const listener = {
      ...(await stage.http("inspect")),
      routes: [
        { prefix: "/shop", cluster: "upstream", name: "shop", metadata: { shop: { tenant: "acme" } } },
        { prefix: "/", cluster: "upstream" },
      ],
    };
    await stage.start({ listeners: [listener] });

    await it("knows connection, route and metadata of a request", async () => {
      await stage.ask("inspect", { path: "/shop/1" });
      const headers = stage.upstream.take()[0]?.headers ?? [];
      assert.match(field(headers, "x-source") ?? "", /^127\.0\.0\.1:\d+$/);
      assert.equal(field(headers, "x-route"), "shop");
      assert.equal(field(headers, "x-tls"), "no");
      assert.equal(field(headers, "x-tenant"), "acme");
    });

    await it("has what is absent as null", async () => {
      await stage.ask("inspect");
      const headers = stage.upstream.take()[0]?.headers ?? [];
      assert.equal(field(headers, "x-route"), ""); // a route without a name
      assert.equal(field(headers, "x-tenant"), "nobody");
      await stage.awaitLine("request: the host answered SerializationFailure");
    });

    await it("knows the upstream of a response, and no longer the path", async () => {
      const response = await stage.ask("inspect");
      assert.equal(field(response.headers, "x-upstream"), `127.0.0.1:${stage.upstream.port}`);
      assert.equal(field(response.headers, "x-path-is-gone"), "yes");
    });

    await it("knows everything in onLog", async () => {
      await stage.ask("inspect", { path: "/shop/2" });
      await stage.awaitLine("/shop/2 200 via_upstream timed");
    });
  },
};
