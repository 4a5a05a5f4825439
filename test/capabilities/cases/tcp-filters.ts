import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

import { TcpClient, TcpServer, until } from "../../lab/index.js";
import type { Capability } from "../capability.js";

export const tcpFilters: Capability = {
  page: "tcp-filters",
  async run(stage, it) {
    const red = await TcpServer.listen(({ socket }, bytes) => socket.write(`red:${bytes.toString()}`));
    const blue = await TcpServer.listen(({ socket }, bytes) => socket.write(`blue:${bytes.toString()}`));
    stage.closing(() => red.stop());
    stage.closing(() => blue.stop());
    await stage.start({
      listeners: [
        {
          kind: "tcp",
          name: "switch",
          filters: [await stage.plugin("switch")],
          cluster: "blue",
          maxEarlyDataBytes: 65536,
        },
      ],
      clusters: [
        { name: "red", port: red.port },
        { name: "blue", port: blue.port },
      ],
    });
    const connect = () => TcpClient.connect(stage.envoy.port("switch"));

    await it("chooses the cluster by the first line, however it is cut", async () => {
      for (const pieces of [["red\nhello"], ["r", "ed", "\nhello"]]) {
        const client = await connect();
        for (const piece of pieces) {
          client.write(piece);
          await sleep(20);
        }
        assert.equal((await client.read(9)).toString(), "red:hello");
        client.close();
      }
      assert.equal(red.connections[0]?.received.toString(), "hello");
    });

    await it("takes another line for another cluster", async () => {
      const client = await connect();
      client.write("blue\nhi");
      assert.equal((await client.read(7)).toString(), "blue:hi");
      client.end();
      assert.equal(await client.untilEnded(), true);
      await stage.awaitLine("upstream closed");
      await stage.awaitLine("7 bytes of replies");
    });

    await it("closes a connection that says nothing useful", async () => {
      const before = stage.logged().length;
      const client = await connect();
      client.write("x".repeat(20));
      assert.equal(await client.untilEnded(), true);
      assert.equal(client.received.length, 0);
      const closed = () => stage.logged().slice(before).includes("client closed: by us");
      assert.equal(await until(() => (closed() ? true : null), 2_000), true);
    });

    await it("hears of a client that closes", async () => {
      const client = await connect();
      client.write("red\nx");
      await client.read(5);
      client.abort();
      await stage.awaitLine("client closed: itself");
    });
  },
};
