import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

import { answer, field, http1, until } from "../../lab/index.js";
import type { Capability } from "../capability.js";
import { echo } from "../stage.js";

export const plugin: Capability = {
  page: "plugin",
  async run(stage, it) {
    const clock = (name: string) => stage.plugin("clock", { vmId: "clocks", configuration: name });
    await stage.start({
      listeners: [{ kind: "http", name: "web", filters: [{ dynamic: await clock("first") }] }],
      singletons: [await stage.plugin("clock", { name: "heart", rootId: "heartbeat", vmId: "clocks" })],
    });
    const stamp = async () => {
      stage.upstream.take();
      await stage.ask("web");
      return field(stage.upstream.take()[0]?.headers ?? [], "x-clock");
    };

    await it("configures a trial plugin, the main thread's and the worker's, and runs their timers", async () => {
      await stage.awaitLine("first is 50 ms old");
      assert.equal(await stamp(), "first ticks");
    });

    await it("runs another plugin of the same module, once", async () => {
      await stage.awaitLine("heartbeat");
    });

    await it("serves old streams with the old configuration, and new ones with the new", async () => {
      let release = () => {};
      const held = new Promise<void>((resolve) => (release = resolve));
      stage.upstream.script = async (request) => {
        if (request.path === "/held") await held;
        return answer(200, [["x-saw", field(request.headers, "x-clock") ?? ""]]);
      };
      const old = http1(stage.envoy.port("web"), { path: "/held" }, 10_000);
      await until(() => (stage.upstream.requests.some(({ path }) => path === "/held") ? true : null), 2_000);
      assert.equal(await stage.envoy.updateExtension(await clock("second")), "accepted");
      assert.match((await stamp()) ?? "", /^second/);
      release();
      assert.match(field((await old).headers, "x-saw") ?? "", /^first/);
      stage.upstream.script = echo;
    });

    await it("lets the old plugin finish its work before it goes", async () => {
      await stage.awaitLine("first is to go, 2 unsaved");
      await stage.awaitLine("first has saved");
      assert.match((await stamp()) ?? "", /^second/);
    });

    await it("keeps the old plugin when the new configuration is refused", async () => {
      assert.equal(await stage.envoy.updateExtension(await clock("")), "rejected");
      assert.match((await stamp()) ?? "", /^second/);
    });

    await it("hears of the proxy's end", async () => {
      await sleep(100);
      const lines = (await stage.stopEnvoy()).map(({ text }) => text);
      assert.ok(lines.some((text) => /second is to go, \d unsaved/.test(text)));
    });

    await it("refuses a root id that nothing is registered for, and says which there are", async () => {
      const lines = await stage.refusal({ listeners: [await stage.http("clock", { rootId: "watch" })] });
      assert.match(lines.join(" "), /root_id.*"clock".*"heartbeat"/);
    });
  },
};
