import assert from "node:assert/strict";

import { deadPort, field, GrpcServer } from "../../lab/index.js";
import type { Capability } from "../capability.js";

export const grpcCalls: Capability = {
  page: "grpc-calls",
  async run(stage, it) {
    const tenants: string[] = [];
    const server = await GrpcServer.listen({
      async "/demo.Quota/Take"(call) {
        const message = await call.message();
        // Field 1, length-delimited.
        const tenant = message?.subarray(2).toString() ?? "";
        tenants.push(tenant);
        if (tenant === "silent") return;
        if (tenant === "greedy") return call.end(8, "enough%20for%20today");
        if (tenant === "broken") return call.end(13, "oh dear");
        call.send(Buffer.from(tenant === "junk" ? [0xff, 0xff] : [0x08, 42]));
        call.end(0);
      },
    });
    stage.closing(() => server.stop());
    const ask = (tenant: string) => stage.ask("quota", { headers: [["x-tenant", tenant]] });
    await stage.start({
      listeners: [await stage.http("quota")],
      clusters: [{ name: "quota", protocol: "http2", port: server.port }],
    });

    await it("reads the answer and lets the request go on", async () => {
      assert.equal((await ask("acme")).status, 200);
      assert.equal(field(stage.upstream.take()[0]?.headers ?? [], "x-quota-left"), "42");
      assert.deepEqual(tenants, ["acme"]);
      assert.equal(field(server.calls[0]?.metadata ?? [], "x-from"), "proxy");
      assert.equal(field(server.calls[0]?.metadata ?? [], "grpc-timeout"), "500m");
    });

    await it("knows the server's status and its words", async () => {
      const response = await ask("greedy");
      assert.equal(response.status, 429);
      assert.equal(response.body.toString(), "enough for today");
      assert.equal((await ask("broken")).status, 200);
      await stage.awaitLine("quota: 13 oh dear");
    });

    await it("takes a silent server for one that is not available", async () => {
      assert.equal((await ask("silent")).status, 200);
      await stage.awaitLine("quota: 14 upstream request timeout");
    });

    await it("survives an answer that is no protobuf", async () => {
      stage.upstream.take();
      assert.equal((await ask("junk")).status, 200);
      assert.equal(field(stage.upstream.take()[0]?.headers ?? [], "x-quota-left"), "0");
    });

    await it("says so when nobody listens, and when there is no such cluster", async () => {
      await stage.start({
        listeners: [await stage.http("quota")],
        clusters: [{ name: "quota", protocol: "http2", port: await deadPort() }],
      });
      assert.equal((await ask("acme")).status, 200);
      await stage.awaitLine("quota: 14 upstream connect error");
      await stage.start({ listeners: [await stage.http("quota")] });
      const response = await ask("acme");
      assert.equal(response.status, 503);
      assert.equal(response.body.toString(), "no quota service\n");
    });
  },
};
