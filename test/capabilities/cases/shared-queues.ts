import assert from "node:assert/strict";

import { until } from "../../lab/index.js";
import type { Capability } from "../capability.js";

export const sharedQueues: Capability = {
  page: "shared-queues",
  async run(stage, it) {
    const report = await stage.http("audit", { name: "report", rootId: "report" });
    await stage.start({
      listeners: [report],
      singletons: [await stage.plugin("audit", { vmId: "audit-vm" })],
      concurrency: 2,
    });

    await it("hands every item to the one that registered the queue", async () => {
      const paths = Array.from({ length: 12 }, (_, number) => `/${number}`);
      await Promise.all(paths.map((path) => stage.ask("report", { path })));
      const audited = () =>
        stage
          .logged()
          .filter((line) => line.startsWith("audit: "))
          .map((line) => line.slice("audit: ".length));
      await until(() => (audited().length >= paths.length ? true : null), 3_000);
      assert.deepEqual(audited().sort(), paths.sort());
    });

    await it("says so when nobody has registered it", async () => {
      await stage.start({ listeners: [report] });
      assert.equal((await stage.ask("report")).status, 200);
      await stage.awaitLine("not audited: the host answered NotFound");
    });
  },
};
