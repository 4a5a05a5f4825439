import assert from "node:assert/strict";

import { field } from "../../lab/index.js";
import type { Capability } from "../capability.js";

export const loggingAndTime: Capability = {
  page: "logging-and-time",
  async run(stage, it) {
    const chatty = await stage.http("chatty");
    const ask = async () => {
      stage.upstream.take();
      await stage.ask("chatty", { headers: [["x-strange", "1"]] });
      return stage.upstream.take()[0]?.headers ?? [];
    };

    await it("logs every level that Envoy keeps", async () => {
      await stage.start({ listeners: [chatty] });
      assert.equal(field(await ask(), "x-verbose"), "yes");
      for (const line of ["headers: :authority lab", "a request", "strange", "in time"])
        await stage.awaitLine(line);
    });

    await it("knows the time", async () => {
      const now = Number(field(await ask(), "x-now"));
      assert.ok(Math.abs(now - Date.now()) < 10_000);
    });

    await it("does not even build what Envoy does not keep, and follows a change of the level", async () => {
      await stage.start({ listeners: [chatty], wasmLogLevel: "warning" });
      assert.equal(field(await ask(), "x-verbose"), "no");
      await stage.awaitLine("strange");
      assert.ok(!stage.logged().includes("a request"));
      await stage.envoy.adminPost("/logging?wasm=debug");
      assert.equal(field(await ask(), "x-verbose"), "yes");
      await stage.awaitLine("a request");
    });
  },
};
