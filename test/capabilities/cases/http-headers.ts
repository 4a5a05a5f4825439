import assert from "node:assert/strict";

import { answer, field, fieldValues } from "../../lab/index.js";
import type { Capability } from "../capability.js";

export const httpHeaders: Capability = {
  page: "http-headers",
  async run(stage, it) {
    stage.upstream.script = () => answer(200, [["server", "secret/1.0"]]);
    await stage.start({ listeners: [await stage.http("tidy"), await stage.http("only-known")] });

    await it("rewrites, joins, removes and copies request headers, octet for octet", async () => {
      await stage.ask("tidy", {
        path: "/v1/users?a=1",
        headers: [
          ["X-Client", "one"],
          ["x-client", "two"],
          ["x-name", "J\xf6rg\xff"],
        ],
      });
      const [request] = stage.upstream.take();
      assert.equal(request?.path, "/users?a=1");
      await stage.awaitLine("clients: one; two");
      assert.equal(field(request.headers, "x-forwarded-client"), "one; two");
      assert.equal(field(request.headers, "x-client"), null);
      assert.equal(field(request.headers, "x-name-copy"), "J\xf6rg\xff");
    });

    await it("refuses a value with a line break and sends nothing of it", async () => {
      const response = await stage.ask("tidy");
      assert.equal(response.status, 200);
      assert.equal(field(stage.upstream.take()[0]?.headers ?? [], "x-bad"), null);
      assert.ok(stage.logged().includes("refused: a value with a line break"));
    });

    await it("counts, removes and adds response headers", async () => {
      const response = await stage.ask("tidy");
      assert.deepEqual(fieldValues(response.headers, "x-frame-options"), ["DENY"]);
      // Envoy's own takes the place of the one that was removed.
      assert.deepEqual(fieldValues(response.headers, "server"), ["envoy"]);
      // :status, date, server, content-length, x-envoy-upstream-service-time
      await stage.awaitLine("5 fields, ");
    });

    await it("replaces all headers but those that are the proxy's", async () => {
      stage.upstream.take();
      const response = await stage.ask("only-known", {
        headers: [
          ["accept", "*/*"],
          ["cookie", "a=1"],
          ["x-more", "1"],
        ],
      });
      assert.equal(response.status, 200);
      const names = stage.upstream.take()[0]?.headers.map(([name]) => name) ?? [];
      assert.ok(names.includes("accept") && names.includes("host") && names.includes("x-forwarded-proto"));
      assert.ok(!names.includes("cookie") && !names.includes("x-more"));
    });
  },
};
