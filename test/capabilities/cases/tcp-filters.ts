import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

import { answer, field, Http1Server, TcpClient, TcpServer, until } from "../../lab/index.js";
import type { Capability } from "../capability.js";

export const tcpFilters: Capability = {
  page: "tcp-filters",
  async run(stage, it) {
    const red = await TcpServer.listen(({ socket }, bytes) => socket.write(`red:${bytes.toString()}`));
    const blue = await TcpServer.listen(({ socket }, bytes) => socket.write(`blue:${bytes.toString()}`));
    const authn = await Http1Server.listen();
    stage.closing(() => authn.stop());
    const keeper = await TcpServer.listen(() => {});
    stage.closing(() => keeper.stop());
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
        { kind: "tcp", name: "admit", filters: [await stage.plugin("admit")], cluster: "blue" },
        { kind: "tcp", name: "keeper", filters: [await stage.plugin("keeper")], cluster: "keeper" },
      ],
      clusters: [
        { name: "red", port: red.port },
        { name: "blue", port: blue.port },
        { name: "keeper", port: keeper.port },
        { name: "authn", port: authn.port },
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

    await it("holds what a client sends until a service has said yes", async () => {
      const client = await TcpClient.connect(stage.envoy.port("admit"));
      client.write("hello");
      assert.equal((await client.read(10)).toString(), "blue:hello");
      client.write("you");
      assert.equal((await client.read(18)).toString(), "blue:helloblue:you");
      client.close();
      assert.match(field(authn.take()[0]?.headers ?? [], "x-client") ?? "", /^127\.0\.0\.1:\d+$/);
    });

    await it("closes the connection of a client that is refused", async () => {
      authn.script = () => answer(403);
      const before = blue.connections.length;
      const client = await TcpClient.connect(stage.envoy.port("admit"));
      client.write("hello");
      assert.equal(await client.untilEnded(), true);
      assert.equal(client.received.length, 0);
      assert.ok(blue.connections.slice(before).every(({ received }) => received.length === 0));
    });

    const frame = (text: string) => {
      const bytes = Buffer.alloc(4 + text.length);
      bytes.writeUInt32BE(text.length);
      bytes.write(text, 4);
      return bytes;
    };
    const arrived = (connection: number, bytes: Buffer) =>
      until(() => (keeper.connections[connection]?.received.equals(bytes) ? true : null), 2_000);

    await it("finds frames, however they are cut, and keeps one back", async () => {
      const client = await TcpClient.connect(stage.envoy.port("keeper"));
      const all = Buffer.concat([frame("get a"), frame("flush"), frame("set b"), frame("")]);
      for (const [from, to] of [
        [0, 2],
        [2, 6],
        [6, 20],
        [20, all.length],
      ]) {
        client.write(all.subarray(from, to));
        await sleep(20);
      }
      assert.equal(await arrived(0, Buffer.concat([frame("get a"), frame("set b"), frame("")])), true);
      await stage.awaitLine("command 2: flush");
      client.close();
    });

    await it("closes a connection whose frame is too large, and nothing of it passes", async () => {
      const client = await TcpClient.connect(stage.envoy.port("keeper"));
      client.write(frame("get a"));
      assert.equal(await arrived(1, frame("get a")), true);
      client.write(Buffer.from("7fffffff", "hex"));
      assert.equal(await client.untilEnded(), true);
      assert.equal(await arrived(1, frame("get a")), true);
    });
  },
};
