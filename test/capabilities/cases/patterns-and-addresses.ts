import assert from "node:assert/strict";

import type { Capability } from "../capability.js";

export const patternsAndAddresses: Capability = {
  page: "patterns-and-addresses",
  async run(stage, it) {
    const guarded = (name: string, configuration: object) =>
      stage.http("guarded", { name, configuration: JSON.stringify(configuration) });
    await stage.start({
      listeners: [
        await guarded("inside", { allowed: ["10.0.0.0/8", "127.0.0.0/8"] }),
        await guarded("outside", { allowed: ["10.0.0.0/8", "2001:db8::/32"] }),
      ],
    });

    await it("lets a network reach what others must not", async () => {
      assert.equal((await stage.ask("inside", { path: "/admin/users" })).status, 200);
      assert.equal((await stage.ask("outside", { path: "/admin/users" })).status, 403);
      assert.equal((await stage.ask("outside", { path: "/shop" })).status, 200);
    });

    await it("finds a pattern anywhere, whatever its case", async () => {
      const agent = (value: string) => stage.ask("inside", { headers: [["user-agent", value]] });
      assert.equal((await agent("GoogleBot/2.1")).status, 403);
      assert.equal((await agent("robotics")).status, 200);
    });

    const wrong: readonly (readonly [object, RegExp])[] = [
      [{ allowed: ["10.0.0.0/8", "10.0.0.0/33"] }, /configuration\.allowed has "10\.0\.0\.0\/33"/],
      [{ bot: "(a" }, /configuration\.bot .+ at \d+/],
      [{ bot: "(a)\\1" }, /configuration\.bot .+ at \d+/],
    ];
    for (const [configuration, reason] of wrong) {
      await it(`refuses ${JSON.stringify(configuration)}`, async () => {
        const lines = await stage.refusal({ listeners: [await guarded("wrong", configuration)] });
        assert.ok(
          lines.some((line) => reason.test(line)),
          lines.join("\n"),
        );
      });
    }
  },
};
