import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

import { answer, field, Http1Client } from "../../lab/index.js";
import type { Capability } from "../capability.js";

export const sharedData: Capability = {
  page: "shared-data",
  async run(stage, it) {
    stage.upstream.script = ({ headers }) =>
      answer(
        200,
        ["x-visit", "x-last", "x-token"].map((name) => [name, field(headers, name) ?? ""] as const),
      );
    await stage.start({ listeners: [await stage.http("shared")], concurrency: 2 });
    const port = stage.envoy.port("shared");

    await it("loses no addition of any thread", async () => {
      const seen = new Set<string>();
      await Promise.all(
        Array.from({ length: 20 }, async () => {
          const client = await Http1Client.connect(port);
          for (let i = 0; i < 5; i++) {
            const response = await client.request({});
            seen.add(field(response.headers, "x-visit") ?? "");
          }
          client.close();
        }),
      );
      assert.equal(seen.size, 100);
      assert.ok(seen.has("1") && seen.has("100"));
    });

    await it("changes a value by what it was", async () => {
      const last = field((await stage.ask("shared")).headers, "x-last") ?? "";
      const next = field((await stage.ask("shared")).headers, "x-last") ?? "";
      assert.equal(next.length, last.length < 20 ? last.length + 1 : 1);
    });

    await it("remembers a value for its time", async () => {
      const token = async (user: string) =>
        field((await stage.ask("shared", { headers: [["x-user", user]] })).headers, "x-token");
      assert.equal(await token("alice"), "new");
      assert.equal(await token("alice"), "known");
      assert.equal(await token("bob"), "new");
      await sleep(550);
      assert.equal(await token("alice"), "new");
    });
  },
};
