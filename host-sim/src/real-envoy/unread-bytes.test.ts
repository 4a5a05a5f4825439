import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

import { expect, it } from "vitest";

import { unreadBytes } from "./unread-bytes.js";

it.runIf(process.platform === "linux")("tells what the peer has not read yet", async () => {
  const server = createServer({ pauseOnConnect: true }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const accepted = once(server, "connection");
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const [peer] = (await accepted) as [Socket];
  try {
    client.write("twelve bytes");
    await expect.poll(() => unreadBytes(client)).toBe(12);
    peer.resume();
    await expect.poll(() => unreadBytes(client)).toBe(0);
  } finally {
    client.destroy();
    peer.destroy();
    server.close();
  }
});
