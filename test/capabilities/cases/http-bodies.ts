import assert from "node:assert/strict";

import { answer, field, type Http1Request } from "../../lab/index.js";
import type { Capability } from "../capability.js";
import { echo } from "../stage.js";

const BAD = "<script>";

const WAYS: readonly (readonly [string, Http1Request])[] = [
  ["with content-length", { body: { kind: "sized", bytes: BAD } }],
  ["in chunks", { gapMs: 15, body: { kind: "chunked", chunks: ["<scr", "ipt>"] } }],
  ["before trailers", { body: { kind: "chunked", chunks: [BAD], trailers: [["x-end", "1"]] } }],
];

export const httpBodies: Capability = {
  page: "http-bodies",
  async run(stage, it) {
    await stage.start({
      listeners: [
        await stage.http("guard", { allowOnHeadersStopIteration: true }),
        await stage.http("measure"),
      ],
    });

    for (const [way, request] of WAYS) {
      await it(`refuses a body sent ${way}, and the upstream sees nothing`, async () => {
        stage.upstream.take();
        const response = await stage.ask("guard", { method: "POST", ...request });
        assert.equal(response.status, 400);
        assert.equal(response.body.toString(), "no ******s, please\n".replace("******", "script"));
        assert.equal(stage.upstream.take().length, 0);
      });
    }

    await it("lets a good body pass as it is, and changes the response", async () => {
      const response = await stage.ask("guard", {
        method: "POST",
        body: { kind: "sized", bytes: "a secret, and no other secret" },
      });
      assert.equal(response.status, 200);
      assert.equal(stage.upstream.take()[0]?.body.toString(), "a secret, and no other secret");
      assert.equal(response.body.toString(), "a ******, and no other ******");
      assert.equal(field(response.headers, "content-length"), null);
    });

    await it("serves a request without a body", async () => {
      assert.equal((await stage.ask("guard")).status, 200);
    });

    await it("answers 413 for a request body above the limit, 502 for a response's", async () => {
      const large = { kind: "sized", bytes: "x".repeat(64 * 1024 + 1) } as const;
      assert.equal((await stage.ask("guard", { method: "POST", body: large })).status, 413);
      stage.upstream.script = () => answer(200, [], large);
      assert.equal((await stage.ask("guard")).status, 502);
    });

    await it("measures pieces, and writes and removes trailers", async () => {
      stage.upstream.take();
      stage.upstream.script = () =>
        answer(200, [], {
          kind: "chunked",
          chunks: ["hello\n"],
          trailers: [
            ["x-internal", "1"],
            ["x-checksum", "7"],
          ],
        });
      const response = await stage.ask("measure", {
        method: "POST",
        gapMs: 15,
        body: { kind: "chunked", chunks: ["12345", "67890"], trailers: [["x-end", "1"]] },
      });
      assert.equal(field(stage.upstream.take()[0]?.trailers ?? [], "x-sent"), "10");
      assert.equal(response.body.toString(), "# begin\nhello\n");
      assert.deepEqual(response.trailers, [["x-checksum", "7"]]);
    });

    await it("puts bytes in front of and behind a body that ends without trailers", async () => {
      stage.upstream.script = echo;
      const response = await stage.ask("measure");
      assert.equal(response.body.toString(), "# begin\nok# end\n");
      assert.equal(response.end, "complete");
    });
  },
};
