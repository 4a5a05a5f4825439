import assert from "node:assert/strict";

import { until } from "../../lab/index.js";
import type { Capability } from "../capability.js";
import { readPage } from "../guide.js";

export const errors: Capability = {
  page: "errors",
  async run(stage, it) {
    await stage.start({ listeners: [await stage.http("clumsy", { failurePolicy: "FAIL_RELOAD" })] });

    await it("says why each thing was not done, as the page shows it", async () => {
      assert.equal((await stage.ask("clumsy")).status, 200);
      const said = (await readPage("errors")).match(/^\d: .*$/gm) ?? [];
      assert.equal(said.length, 5);
      for (const line of said) await stage.awaitLine(line);
    });

    await it("aborts for a mistake of its own, and says what and where", async () => {
      assert.equal((await stage.ask("clumsy", { path: "/bug" })).status, 503);
      const line = await stage.awaitLine("the list is empty at ");
      assert.match(line, /clumsy\.ts:\d+:\d+/);
    });

    await it("is started anew with a later request", async () => {
      const served = await until(
        async () => ((await stage.ask("clumsy")).status === 200 ? true : null),
        5_000,
      );
      assert.equal(served, true);
    });
  },
};
