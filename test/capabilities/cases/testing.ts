import assert from "node:assert/strict";

import { answer, field, Http1Server, type Script } from "../../lab/index.js";
import type { Capability } from "../capability.js";

const check: Script = ({ headers }) =>
  field(headers, "x-token") === "good" ? answer(200, [["x-user", "jo"]]) : answer(401);

/** What the page's tests say of its filter in the simulator, asked of a real Envoy. */
export const testing: Capability = {
  page: "testing",
  async run(stage, it) {
    const authn = await Http1Server.listen(check);
    stage.closing(() => authn.stop());
    await stage.start({
      listeners: [await stage.http("shop-guard")],
      clusters: [{ name: "authn", port: authn.port }],
    });

    await it("names the user to the upstream", async () => {
      assert.equal((await stage.ask("shop-guard", { headers: [["x-token", "good"]] })).status, 200);
      assert.equal(field(stage.upstream.take()[0]?.headers ?? [], "x-user"), "jo");
      assert.equal(authn.take()[0]?.path, "/check");
    });

    await it("refuses whom the service does not know, and those without a token", async () => {
      const refused = await stage.ask("shop-guard", { headers: [["x-token", "bad"]] });
      assert.equal(refused.status, 403);
      assert.equal(refused.body.toString(), "not you\n");
      assert.equal((await stage.ask("shop-guard")).status, 401);
      assert.equal(stage.upstream.take().length, 0);
    });
  },
};
