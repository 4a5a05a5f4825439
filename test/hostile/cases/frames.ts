import { setTimeout as sleep } from "node:timers/promises";

import { TcpClient, until } from "../../lab/index.js";
import type { Bench } from "../bench.js";
import { type Case, equal, truth } from "../case.js";
import { frame, LIMIT } from "../frame.js";

const text = (size: number) => "x".repeat(size);
const head = (size: string) => Buffer.from(`4652414d${size}`, "hex");

async function withClient(bench: Bench, run: (client: TcpClient) => Promise<void>): Promise<void> {
  const client = await TcpClient.connect(bench.port("frames"));
  try {
    await run(client);
  } finally {
    client.close();
  }
}

/** The bytes come back through the upstream, changed by the filter. */
async function passes(client: TcpClient, expected: Buffer): Promise<void> {
  await client.read(expected.length, 3_000);
  await sleep(10);
  equal(client.received, expected, "what came back");
}

const good = (name: string, writes: readonly Uint8Array[], expected: Buffer): Case => ({
  row: "frames",
  name: `TCP frames: ${name}`,
  station: "frames",
  run: (bench) =>
    withClient(bench, async (client) => {
      for (const bytes of writes) {
        client.write(bytes);
        if (writes.length > 1) await sleep(2);
      }
      await passes(client, expected);
    }),
});

const bad = (name: string, bytes: Uint8Array): Case => ({
  row: "frames",
  name: `TCP frames: ${name}`,
  station: "frames",
  run: (bench) =>
    withClient(bench, async (client) => {
      client.write(frame("first"));
      await passes(client, frame("!first"));
      client.write(bytes);
      truth(await client.untilEnded(3_000), "the connection stays open");
      equal(client.received, frame("!first"), "what came back");
    }),
});

const twoFrames = Buffer.concat([frame("a"), frame("second")]);
const twoMarked = Buffer.concat([frame("!a"), frame("!second")]);

/** Bytes of a length-prefixed protocol, and what only looks like it. */
export const frames: readonly Case[] = [
  good("two at once", [twoFrames], twoMarked),
  good(
    "in writes of one byte",
    Array.from(twoFrames, (byte) => Uint8Array.of(byte)),
    twoMarked,
  ),
  good("one without text", [frame("")], frame("!")),
  good(
    "one that the filter drops, between two",
    [frame("a"), frame("#b"), frame("c")],
    Buffer.concat([frame("!a"), frame("!c")]),
  ),
  good("one of exactly the limit", [frame(text(LIMIT - 8))], frame(`!${text(LIMIT - 8)}`)),
  bad("one above the limit", frame(text(LIMIT - 7))),
  bad("a size of 0xffffffff", head("ffffffff")),
  bad("a size of 0x7fffffff", head("7fffffff")),
  bad("a size of 0xfffffff8, which with the head is 0", head("fffffff8")),
  bad("another protocol", Buffer.from("GET / HTTP/1.1\r\nhost: x\r\n\r\n")),
  bad("1 MB of zeros", Buffer.alloc(1024 * 1024)),
  bad("a byte too many between two", Buffer.concat([Buffer.from("?"), frame("second")])),
  {
    row: "frames",
    name: "TCP frames: client ends in the middle of one",
    station: "frames",
    run: (bench) =>
      withClient(bench, async (client) => {
        client.write(frame("never whole").subarray(0, 12));
        await sleep(20);
        client.end();
        truth(await client.untilEnded(3_000), "the connection stays open");
      }),
  },
  {
    row: "frames",
    name: "TCP frames: twenty clients reset in the middle of one",
    station: "frames",
    run: async (bench) => {
      const clients = await Promise.all(
        Array.from({ length: 20 }, () => TcpClient.connect(bench.port("frames"))),
      );
      for (const client of clients) client.write(frame("never whole").subarray(0, 12));
      await sleep(30);
      for (const client of clients) client.abort();
      await sleep(30);
    },
  },
  {
    row: "frames",
    name: "TCP frames: upstream resets while one is half there",
    station: "frames",
    run: (bench) =>
      withClient(bench, async (client) => {
        client.write(Buffer.concat([frame("first"), frame("second").subarray(0, 10)]));
        await passes(client, frame("!first"));
        bench.tcp.connections.at(-1)?.socket.resetAndDestroy();
        truth((await until(() => (client.ended ? true : null), 3_000)) === true, "the connection stays open");
      }),
  },
];
