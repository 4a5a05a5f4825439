import assert from "node:assert/strict";

import { answer, field } from "../../lab/index.js";
import type { Capability } from "../capability.js";

/** As the page has it. */
const STATS_TAGS = ["method", "code"].map((label) => ({
  tag_name: label,
  regex: `^wasmcustom\\..*?(;${label}=([^;]*))`,
}));

export const metrics: Capability = {
  page: "metrics",
  async run(stage, it) {
    stage.upstream.script = ({ method, headers }) =>
      answer(method === "POST" ? 201 : 200, [["x-open", field(headers, "x-open") ?? ""]]);
    await stage.start({
      listeners: [await stage.http("shop")],
      bootstrap: { stats_config: { stats_tags: STATS_TAGS } },
    });

    await it("lists a metric before anything was counted", async () => {
      assert.equal((await stage.envoy.stats("wasmcustom.")).get("wasmcustom.shop_requests"), 0);
    });

    await it("counts what passes, by its labels", async () => {
      await stage.ask("shop");
      const response = await stage.ask("shop");
      await stage.ask("shop", { method: "POST" });
      assert.equal(field(response.headers, "x-open"), "1");
      const stats = await stage.envoy.stats("wasmcustom.");
      assert.equal(stats.get("wasmcustom.shop_requests;method=GET;code=200"), 2);
      assert.equal(stats.get("wasmcustom.shop_requests;method=POST;code=201"), 1);
      assert.equal(stats.get("wasmcustom.shop_open"), 0);
    });

    await it("gives Prometheus its labels", async () => {
      const text = await stage.envoy.admin("/stats/prometheus");
      assert.match(text, /shop_requests\{[^}]*method="GET"[^}]*\} 2/);
      assert.match(text, /code="201"/);
      assert.match(text, /shop_duration_ms_count\{?\}? 3|shop_duration_ms_bucket/);
    });

    await it("logs the tags that the page shows", async () => {
      await stage.awaitLine("stats_config:");
      const yaml = stage.logged().join("\n");
      for (const { regex } of STATS_TAGS) assert.ok(yaml.includes(`regex: '${regex}'`));
    });
  },
};
