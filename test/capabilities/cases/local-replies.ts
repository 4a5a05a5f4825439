import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

import { field, http1, Http1Client, http2 } from "../../lab/index.js";
import type { Capability } from "../capability.js";

export const localReplies: Capability = {
  page: "local-replies",
  async run(stage, it) {
    await stage.start({ listeners: [await stage.http("tarpit"), await stage.http("slow-response")] });

    await it("holds a request, body and all, and lets it go", async () => {
      const response = await stage.ask("tarpit", { method: "POST", body: { kind: "sized", bytes: "hello" } });
      assert.equal(response.status, 200);
      assert.equal(response.body.toString(), "hello");
      assert.ok(Number(field(response.headers, "x-waited")) >= 190);
      assert.equal(stage.upstream.take().length, 1);
    });

    await it("refuses what would wait behind two others", async () => {
      const [one, two, three] = await Promise.all(
        [0, 20, 40].map(async (delay) => {
          await sleep(delay);
          return stage.ask("tarpit");
        }),
      );
      assert.deepEqual([one?.status, two?.status, three?.status], [200, 200, 429]);
      assert.equal(field(three?.headers ?? [], "retry-after"), "1");
      assert.equal(field(three?.headers ?? [], "content-type"), "text/plain");
      assert.equal(three?.body.toString(), "too many are waiting\n");
    });

    await it("gives a gRPC client its own kind of answer", async () => {
      const waiting = [stage.ask("tarpit"), stage.ask("tarpit")];
      await sleep(50);
      const response = await http2(stage.envoy.port("tarpit"), {
        method: "POST",
        headers: [["content-type", "application/grpc"]],
        data: [""],
      });
      assert.equal(response.status, 200);
      assert.equal(field(response.headers, "grpc-status"), "8");
      assert.match(field(response.headers, "grpc-message") ?? "", /^too many are waiting/);
      await Promise.all(waiting);
    });

    await it("cuts a stream, without an answer", async () => {
      stage.upstream.take();
      const response = await stage.ask("tarpit", { path: "/cut" });
      assert.equal(response.end, "cut");
      assert.equal(response.status, 0);
      assert.equal(stage.upstream.take().length, 0);
    });

    await it("forgets a client that leaves while it waits", async () => {
      const client = await Http1Client.connect(stage.envoy.port("tarpit"));
      await client.send({});
      await sleep(30);
      client.close();
      await sleep(250);
      assert.equal((await stage.ask("tarpit")).status, 200);
      assert.deepEqual(
        stage.envoy.log().filter(({ level }) => level === "error" || level === "critical"),
        [],
      );
    });

    await it("holds responses and lets all of them go at once", async () => {
      const responses = await Promise.all(
        ["/a", "/b"].map((path) => http1(stage.envoy.port("slow-response"), { path })),
      );
      for (const response of responses) {
        assert.equal(response.status, 200);
        assert.equal(field(response.headers, "x-batch"), "2");
        assert.equal(response.body.toString(), "ok");
      }
      assert.equal(field((await stage.ask("slow-response", { path: "/fast" })).headers, "x-batch"), null);
    });
  },
};
