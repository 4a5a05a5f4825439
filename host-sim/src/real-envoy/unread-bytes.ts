import { readFile } from "node:fs/promises";
import type { Socket } from "node:net";

/**
 * How many bytes a peer on this machine has received and not read yet, as Linux tells in /proc/net/tcp. 0 where that
 * is not known: other systems, and sockets that are gone.
 */
export async function unreadBytes(socket: Socket): Promise<number> {
  const { localPort, remotePort } = socket;
  if (localPort === undefined || remotePort === undefined) return 0;
  const table = await readFile("/proc/net/tcp", "latin1").catch(() => "");
  // The peer's own row: its port first, ours second, then the state, then bytes to send and bytes to read.
  const row = new RegExp(`: \\w+:${hex(remotePort)} \\w+:${hex(localPort)} \\w\\w \\w+:(\\w+) `).exec(table);
  return Number.parseInt(row?.[1] ?? "0", 16);
}

const hex = (port: number) => port.toString(16).toUpperCase().padStart(4, "0");
