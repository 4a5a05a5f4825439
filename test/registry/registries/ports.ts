import { createServer, type Server } from "node:http";
import { type AddressInfo } from "node:net";

/** Listens on a free port of this machine alone; gives `host:port`. */
export async function listen(server: Server): Promise<string> {
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export async function close(server: Server): Promise<void> {
  const closed = new Promise((done) => server.close(done));
  server.closeAllConnections();
  await closed;
}

/** A port nobody listens on now, for programs that cannot be asked which one they chose. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const host = await listen(server);
  await close(server);
  return Number(host.split(":")[1]);
}
