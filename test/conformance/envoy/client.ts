import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { responseFraming } from "../../lab/http1/framing.js";
import { unreadBytes } from "../../lab/tcp/unread-bytes.js";

/** Between two writes, so that Envoy reads each by itself (abi.md F.2: 10 ms are enough on an idle machine). */
const WRITE_GAP_MS = 20;
/** A filter may keep Envoy from reading at all. */
const READ_TIMEOUT_MS = 500;
/** After a complete response, before the client closes: time for what should not come any more. */
const LINGER_MS = 5;

/** How a response ended. `cut`: the connection closed in its middle; `stalled`: nothing came any more. */
export type ResponseEnd = "complete" | "cut" | "stalled";

export interface ClientResponse {
  readonly bytes: string;
  readonly end: ResponseEnd;
}

export interface ClientRequest {
  readonly method: string;
  /** One write each. */
  readonly writes: readonly Uint8Array[];
}

/** One write after the other, the next when the peer has read the last one and had time to act on it. */
export async function writeApart(socket: Socket, writes: readonly Uint8Array[]): Promise<void> {
  for (const [index, bytes] of writes.entries()) {
    if (index > 0) await untilRead(socket);
    if (socket.destroyed || !socket.writable) return;
    socket.write(bytes);
  }
}

async function untilRead(socket: Socket): Promise<void> {
  const deadline = Date.now() + READ_TIMEOUT_MS;
  while (Date.now() < deadline && !socket.destroyed && (await unreadBytes(socket)) > 0) await sleep(2);
  await sleep(WRITE_GAP_MS);
}

/** One request on a connection of its own, and everything that comes back. */
export async function exchange(
  port: number,
  request: ClientRequest,
  stallAfterMs: number,
): Promise<ClientResponse> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  const received: Buffer[] = [];
  const state = { closed: false };
  const closed = new Promise<void>((resolve) => {
    socket.on("close", () => {
      state.closed = true;
      resolve();
    });
  });
  socket.on("data", (chunk: Buffer) => received.push(chunk));
  // Envoy may close while we still write: the response is what counts, and `close` follows every error.
  socket.on("error", () => {});
  await once(socket, "connect");

  await writeApart(socket, request.writes);
  const deadline = Date.now() + stallAfterMs;
  for (;;) {
    const bytes = Buffer.concat(received);
    const framing = responseFraming(bytes, request.method);
    if (framing.kind === "complete" && !state.closed) {
      await Promise.race([closed, sleep(LINGER_MS)]);
      return finish(socket, closed, Buffer.concat(received), "complete");
    }
    if (state.closed)
      return finish(socket, closed, bytes, framing.kind === "incomplete" ? "cut" : "complete");
    if (Date.now() > deadline) return finish(socket, closed, bytes, "stalled");
    await Promise.race([closed, once(socket, "data"), sleep(stallAfterMs)]).catch(() => undefined);
  }
}

async function finish(
  socket: Socket,
  closed: Promise<void>,
  bytes: Buffer,
  end: ResponseEnd,
): Promise<ClientResponse> {
  socket.destroy();
  await closed;
  return { bytes: bytes.toString("latin1"), end };
}
