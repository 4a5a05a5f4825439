import assert from "node:assert/strict";

import { Http1Client, Http1Server, until } from "../../lab/index.js";
import type { Capability } from "../capability.js";

export const accessLogger: Capability = {
  page: "access-logger",
  async run(stage, it) {
    const collector = await Http1Server.listen();
    stage.closing(() => collector.stop());
    await stage.start({
      listeners: [
        {
          kind: "http",
          name: "web",
          filters: [],
          accessLoggers: [await stage.plugin("journal")],
          routes: [{ prefix: "/shop", cluster: "upstream" }],
        },
      ],
      clusters: [{ name: "collector", port: collector.port }],
    });
    const lines = () =>
      collector.requests
        .flatMap(({ body }) => body.toString().split("\n"))
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    const line = async (path: string | null) => {
      const found = await until(() => lines().find((one) => one["path"] === path) ?? null, 3_000);
      assert.notEqual(found, null, `no line of ${path} arrived`);
      return found!;
    };

    await it("logs an exchange of a listener without filters, with its headers", async () => {
      await stage.ask("web", { path: '/shop?q="x"', headers: [["user-agent", "lab/1"]] });
      assert.deepEqual(await line('/shop?q="x"'), {
        path: '/shop?q="x"',
        code: 200,
        details: "via_upstream",
        agent: "lab/1",
      });
    });

    await it("logs what found no route", async () => {
      assert.equal((await stage.ask("web", { path: "/nowhere" })).status, 404);
      const { code, details, agent } = await line("/nowhere");
      assert.deepEqual([code, details, agent], [404, "route_not_found", null]);
    });

    await it("logs what was no HTTP at all", async () => {
      const client = await Http1Client.connect(stage.envoy.port("web"));
      client.write(Buffer.from("this is no HTTP\r\n\r\n"));
      await client.response();
      client.close();
      const { code, details } = await line(null);
      assert.deepEqual([code, details], [400, "http1.codec_error"]);
    });
  },
};
