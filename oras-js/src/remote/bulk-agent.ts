import type { ClientRequestArgs } from "node:http";
import { connect, type NetConnectOpts, type Socket } from "node:net";
import { Agent } from "./node-http.js";

// Node reads 64 KiB at a time unless told otherwise, and what a read costs beside its bytes is a fifth of a large download.
const readBytes = 512 * 1024;

/** Keeps connections, and reads as much at once as has come. For plain TCP: TLS comes in records of 16 KiB anyway. */
export class BulkAgent extends Agent {
  constructor() {
    super({ keepAlive: true });
  }

  override createConnection(options: ClientRequestArgs): Socket {
    const socket: Socket = connect({
      ...(options as NetConnectOpts),
      onread: {
        // A new one for every read: what was read is the stream's from then on.
        buffer: () => Buffer.allocUnsafeSlow(readBytes),
        callback: (length, buffer) => socket.push(buffer.subarray(0, length)),
      },
    });
    return socket;
  }
}
