import assert from "node:assert/strict";

import { GrpcServer, Http1Client, deadPort, until } from "../../lab/index.js";
import type { Capability } from "../capability.js";

export const grpcStreams: Capability = {
  page: "grpc-streams",
  async run(stage, it) {
    const server = await GrpcServer.listen({
      async "/demo.Scanner/Scan"(call) {
        call.sendMetadata([["x-version", "7"]]);
        let scanned = 0;
        for (let one = await call.message(); one !== null; one = await call.message()) {
          scanned += one.length;
          call.send(Buffer.from(one.includes("virus") ? "bad" : "good"));
        }
        call.end(0, "", [["x-scanned", `${scanned}`]]);
      },
    });
    stage.closing(() => server.stop());
    await stage.start({
      listeners: [await stage.http("scan")],
      clusters: [{ name: "scanner", protocol: "http2", port: server.port }],
    });

    await it("sends every piece, and receives metadata, messages and the end", async () => {
      // Held open by the upstream until the scanner has closed its stream.
      stage.upstream.script = async (request) => {
        await stage.awaitLine("scanner closed: 0");
        return {
          writes: [
            Buffer.from(`HTTP/1.1 200 OK\r\ncontent-length: ${request.body.length}\r\n\r\n`),
            request.body,
          ],
        };
      };
      const response = await stage.ask("scan", {
        method: "POST",
        gapMs: 15,
        body: { kind: "chunked", chunks: ["clean", "as", "snow"] },
      });
      assert.equal(response.body.toString(), "cleanassnow");
      const lines = stage.logged();
      assert.ok(lines.indexOf("scanner 7") < lines.indexOf("scanned 11"));
    });

    await it("answers from the handler of a message", async () => {
      const client = await Http1Client.connect(stage.envoy.port("scan"));
      client.write(
        Buffer.from("POST / HTTP/1.1\r\nhost: lab\r\ntransfer-encoding: chunked\r\n\r\n5\r\nvirus\r\n"),
      );
      const response = await client.response("POST");
      client.close();
      assert.equal(response.status, 403);
      assert.equal(response.body.toString(), "refused by the scanner\n");
    });

    await it("cancels the stream of a client that left", async () => {
      const before = server.calls.length;
      const client = await Http1Client.connect(stage.envoy.port("scan"));
      client.write(
        Buffer.from("POST / HTTP/1.1\r\nhost: lab\r\ntransfer-encoding: chunked\r\n\r\n5\r\nclean\r\n"),
      );
      await until(() => (server.calls.length > before ? true : null), 2_000);
      client.close();
      assert.equal(await until(() => (server.calls.at(-1)?.cancelled ? true : null), 2_000), true);
    });

    await it("hears of a scanner that is not there", async () => {
      await stage.start({
        listeners: [await stage.http("scan")],
        clusters: [{ name: "scanner", protocol: "http2", port: await deadPort() }],
      });
      stage.upstream.script = async () => {
        await stage.awaitLine("scanner closed: 14 upstream connect error");
        return { writes: [Buffer.from("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")] };
      };
      assert.equal((await stage.ask("scan")).status, 200);
      assert.ok(stage.logged().includes("scanner ?"));
    });
  },
};
