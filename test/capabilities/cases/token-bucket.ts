import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

import { field } from "../../lab/index.js";
import type { Capability } from "../capability.js";

export const tokenBucket: Capability = {
  page: "token-bucket",
  async run(stage, it) {
    await stage.start({ listeners: [await stage.http("limited")], concurrency: 2 });
    const burst = (plan: string) =>
      Promise.all(Array.from({ length: 12 }, () => stage.ask("limited", { headers: [["x-plan", plan]] })));

    await it("lets a burst pass, whichever worker serves it, and refuses what is above", async () => {
      const responses = await burst("basic");
      const passed = responses.filter(({ status }) => status === 200).length;
      // Tokens come in meanwhile, more on a slow machine.
      assert.ok(passed >= 5 && passed < 12, `${passed} passed`);
      const refused = responses.find(({ status }) => status === 429);
      assert.equal(field(refused?.headers ?? [], "retry-after"), "1");
    });

    await it("counts each key by itself", async () => {
      const responses = await burst("gold");
      assert.ok(responses.filter(({ status }) => status === 200).length >= 5);
    });

    await it("lets more pass as time goes by", async () => {
      await sleep(600);
      assert.equal((await stage.ask("limited")).status, 200);
    });
  },
};
