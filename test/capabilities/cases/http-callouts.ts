import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

import {
  answer,
  deadPort,
  field,
  Http1Client,
  Http1Server,
  NO_ANSWER,
  type Script,
} from "../../lab/index.js";
import type { Capability } from "../capability.js";

const check: Script = ({ headers }) =>
  field(headers, "authorization") === "good"
    ? answer(200, [["x-user", "alice"]])
    : answer(403, [], "not you\n");

export const httpCallouts: Capability = {
  page: "http-callouts",
  async run(stage, it) {
    const authn = await Http1Server.listen(check);
    const flags = await Http1Server.listen();
    stage.closing(() => authn.stop());
    stage.closing(() => flags.stop());
    const clusters = (authnPort: number | null) => [
      { name: "authn", port: authnPort },
      { name: "flags", port: flags.port },
    ];
    let tries = 0;
    flags.script = () => (++tries % 3 === 0 ? answer(200, [], "dark-mode") : answer(503));
    await stage.start({
      listeners: [await stage.http("auth")],
      clusters: clusters(authn.port),
      singletons: [await stage.plugin("flags")],
    });

    await it("lets a request go on with what the service said", async () => {
      const response = await stage.ask("auth", {
        method: "POST",
        headers: [["authorization", "good"]],
        body: { kind: "sized", bytes: "body" },
      });
      assert.equal(response.body.toString(), "body");
      assert.equal(field(stage.upstream.take()[0]?.headers ?? [], "x-user"), "alice");
      assert.equal(authn.take()[0]?.path, "/check");
    });

    await it("refuses with the service's own words", async () => {
      const response = await stage.ask("auth", { headers: [["authorization", "bad"]] });
      assert.equal(response.status, 403);
      assert.equal(response.body.toString(), "not you\n");
      assert.equal(stage.upstream.take().length, 0);
    });

    await it("takes a service that is silent for a timeout", async () => {
      authn.script = () => NO_ANSWER;
      const response = await stage.ask("auth");
      assert.equal(response.status, 503);
      assert.equal(response.body.toString(), "the check failed: timeout\n");
    });

    await it("takes an answer that breaks off for a failure", async () => {
      authn.script = () => ({
        writes: [Buffer.from("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")],
        after: "close",
      });
      const response = await stage.ask("auth");
      assert.equal(response.status, 503);
      assert.equal(response.body.toString(), "the check failed: error\n");
    });

    await it("tells the handler that the client has gone meanwhile", async () => {
      authn.script = async (request) => {
        await sleep(150);
        return check(request);
      };
      const client = await Http1Client.connect(stage.envoy.port("auth"));
      await client.send({});
      await sleep(50);
      client.close();
      await stage.awaitLine("the client has gone meanwhile");
      authn.script = check;
      assert.equal((await stage.ask("auth", { headers: [["authorization", "good"]] })).status, 200);
    });

    await it("sends a request again until there is an answer", async () => {
      await stage.awaitLine("flags: dark-mode");
      assert.equal(tries, 3);
    });

    await it("answers at once when the cluster has no host, and says why", async () => {
      await stage.start({ listeners: [await stage.http("auth")], clusters: clusters(null) });
      assert.equal((await stage.ask("auth")).status, 503);
      await stage.awaitLine("no check: no call was made: the cluster has no host to send it to");
    });

    await it("takes a service where nobody listens for a failure", async () => {
      await stage.start({ listeners: [await stage.http("auth")], clusters: clusters(await deadPort()) });
      assert.equal((await stage.ask("auth")).body.toString(), "the check failed: error\n");
    });
  },
};
