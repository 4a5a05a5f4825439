import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { requestFraming } from "as-proxy-wasm-sim/real-envoy";
import { encodeMessage, type Fields, type Http1Body, parseMessage } from "./message.js";

/** A request as it arrived. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Fields;
  /** Without framing; what came of it. */
  readonly body: Buffer;
  readonly trailers: Fields;
  /** Whether its end came. One that has no end is there once Envoy has closed the connection. */
  readonly complete: boolean;
  /** What came, byte for byte. */
  readonly bytes: Buffer;
}

/** What the server does with a request. */
export interface Answer {
  /** One write each; any bytes. */
  readonly writes: readonly Uint8Array[];
  /** Before the first write. */
  readonly delayMs?: number;
  /** Before each further one. */
  readonly gapMs?: number;
  /** What becomes of the connection after the last write. Default: it stays. `reset` is RST. */
  readonly after?: "close" | "reset";
}

/** An answer that never comes. */
export const NO_ANSWER: Answer = { writes: [] };

/** An answer in one write. `date` is the same every time. */
export function answer(status: number, headers: Fields = [], body: Http1Body | string = ""): Answer {
  const framed: Http1Body = typeof body === "string" ? { kind: "sized", bytes: body } : body;
  const fields: Fields = [["date", "Thu, 01 Jan 1970 00:00:00 GMT"], ...headers];
  return { writes: [Buffer.concat(encodeMessage(`HTTP/1.1 ${status} Answer`, fields, framed))] };
}

export type Script = (request: ReceivedRequest) => Answer | Promise<Answer>;

/** An HTTP/1.1 upstream that says exactly what a script tells it to, and keeps what it got. */
export class Http1Server {
  /** Every request, in the order of their ends. */
  readonly requests: ReceivedRequest[] = [];
  readonly #sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    /** May be replaced at any time. */
    public script: Script,
  ) {
    server.on("connection", (socket) => this.#serve(socket));
  }

  /** Listens on a free port of 127.0.0.1. Without a script every request gets an empty 200. */
  static async listen(script: Script = () => answer(200)): Promise<Http1Server> {
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    const upstream = new Http1Server(server, script);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return upstream;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** What was kept since the last time, which is forgotten. */
  take(): ReceivedRequest[] {
    return this.requests.splice(0);
  }

  /** How many connections are open. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** Closes every connection in use, with RST. */
  reset(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.server.close();
    await once(this.server, "close");
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    let received = Buffer.alloc(0);
    let answering = Promise.resolve();
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      for (;;) {
        const framing = requestFraming(received);
        if (framing.kind !== "complete") return;
        const request = receivedRequest(received.subarray(0, framing.end), true);
        received = received.subarray(framing.end);
        this.requests.push(request);
        answering = answering.then(async () => perform(socket, await this.script(request)));
      }
    });
    socket.on("end", () => socket.end());
    // A reset by Envoy is an end like any other; `close` follows.
    socket.on("error", () => {});
    socket.on("close", () => {
      this.#sockets.delete(socket);
      if (received.length > 0) this.requests.push(receivedRequest(received, false));
    });
  }
}

async function perform(socket: Socket, { writes, delayMs, gapMs, after }: Answer): Promise<void> {
  if (delayMs !== undefined) await sleep(delayMs);
  for (const [index, bytes] of writes.entries()) {
    if (index > 0 && gapMs !== undefined) await sleep(gapMs);
    if (!socket.writable) return;
    socket.write(bytes);
  }
  if (after === undefined) return;
  // What was written is to arrive before the end does.
  await new Promise((written) => socket.write("", written));
  if (after === "close") socket.end();
  else {
    await sleep(20);
    socket.resetAndDestroy();
  }
}

function receivedRequest(bytes: Buffer, complete: boolean): ReceivedRequest {
  const message = parseMessage(bytes);
  const [method = "", path = ""] = (message?.startLine ?? "").split(" ");
  return {
    method,
    path,
    headers: message?.fields ?? [],
    body: message?.body ?? Buffer.alloc(0),
    trailers: message?.trailers ?? [],
    complete,
    bytes: Buffer.from(bytes),
  };
}
