import assert from "node:assert/strict";

import { field } from "../../lab/index.js";
import type { Capability } from "../capability.js";

export const json: Capability = {
  page: "json",
  async run(stage, it) {
    await stage.start({
      listeners: [
        await stage.http("orders", { allowOnHeadersStopIteration: true }),
        await stage.http("find-user"),
      ],
    });
    const order = (text: string) =>
      stage.ask("orders", { method: "POST", body: { kind: "sized", bytes: text } });
    const reason = (body: Buffer) => (JSON.parse(body.toString()) as { error: string }).error;

    await it("passes a good order on, with a member more", async () => {
      await order('{"amount": 7, "note": "\\u00e9", "checked": false, "ch\\u0065cked": 1}');
      const [request] = stage.upstream.take();
      assert.deepEqual(JSON.parse(request?.body.toString() ?? ""), { amount: 7, note: "é", checked: true });
      assert.equal(request?.body.toString().match(/checked/g)?.length, 1);
      assert.equal(field(request?.headers ?? [], "content-length"), `${request?.body.length}`);
    });

    await it("says where a text is no JSON", async () => {
      const response = await order('{"amount": 7,\n}');
      assert.equal(response.status, 400);
      assert.equal(field(response.headers, "content-type"), "application/json");
      assert.match(reason(response.body), / \(line 2, column 1\)$/);
      assert.equal(stage.upstream.take().length, 0);
    });

    await it("takes nothing for a number that is none, or too large", async () => {
      const bad = ['{"amount": 7.5}', '{"amount": "7"}', '{"amount": 1e999}', "{}", "[]", "7"];
      for (const text of bad) {
        const response = await order(text);
        assert.equal(reason(response.body), "amount must be a whole number from 1 to 100", text);
      }
    });

    await it("reads pieces that are cut anywhere", async () => {
      await stage.ask("find-user", {
        method: "POST",
        gapMs: 15,
        body: { kind: "chunked", chunks: ['{"a": {"user": "no', 'body"}, "us', 'er": "al', 'ice"}'] },
      });
      await stage.awaitLine('user "alice"');
      assert.ok(!stage.logged().some((line) => line.includes("nobody")));
      await stage.ask("find-user", { method: "POST", body: { kind: "sized", bytes: '{"user": ]' } });
      await stage.awaitLine("no JSON: ");
    });
  },
};
