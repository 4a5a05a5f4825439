// HTTP/2 frame by frame, for what Node's own does not speak: METADATA, an extension of Envoy's. Every field goes as a literal
// that is not indexed (RFC 7541 §6.2.2), so that there is no state to keep.

import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

import { type Fields, until } from "../lab/index.js";

export const enum FrameType {
  Data = 0x0,
  Headers = 0x1,
  Settings = 0x4,
  Metadata = 0x4d,
}

const ACK = 0x1;
const END_STREAM = 0x1;
/** Also END_METADATA. */
const END_HEADERS = 0x4;
/** SETTINGS_ENABLE_METADATA, as Envoy's codec knows it. */
const ENABLE_METADATA = 0x4d44;
const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

/** One end of a connection. */
export class FrameConnection {
  readonly frames: Frame[] = [];
  #received = Buffer.alloc(0);

  constructor(
    private readonly socket: Socket,
    private readonly isServer: boolean,
  ) {
    socket.on("error", () => {});
    socket.on("data", (bytes: Buffer) => this.#read(bytes));
    if (!isServer) socket.write(PREFACE);
    const settings = Buffer.alloc(6);
    settings.writeUInt16BE(ENABLE_METADATA, 0);
    settings.writeUInt32BE(1, 2);
    this.#send(FrameType.Settings, 0, 0, settings);
  }

  headers(stream: number, fields: Fields, endStream: boolean): void {
    this.#send(FrameType.Headers, END_HEADERS | (endStream ? END_STREAM : 0), stream, literals(fields));
  }

  metadata(stream: number, fields: Fields): void {
    this.#send(FrameType.Metadata, END_HEADERS, stream, literals(fields));
  }

  data(stream: number, text: string): void {
    this.#send(FrameType.Data, END_STREAM, stream, Buffer.from(text));
  }

  /** Waits for a frame of a stream. */
  async frame(type: FrameType, stream: number): Promise<Frame> {
    const found = await until(
      () => this.frames.find((frame) => frame.type === type && frame.stream === stream) ?? null,
      5_000,
    );
    if (found === null) throw new Error(`no frame of type ${type} came on stream ${stream}`);
    return found;
  }

  close(): void {
    this.socket.destroy();
  }

  #read(bytes: Buffer): void {
    this.#received = Buffer.concat([this.#received, bytes]);
    if (this.isServer && this.#received.toString("latin1").startsWith(PREFACE))
      this.#received = this.#received.subarray(PREFACE.length);
    while (this.#received.length >= 9) {
      const end = 9 + this.#received.readUIntBE(0, 3);
      if (this.#received.length < end) return;
      const [type = 0, flags = 0] = this.#received.subarray(3, 5);
      const stream = this.#received.readUInt32BE(5) & 0x7fff_ffff;
      this.frames.push({ type, flags, stream, payload: this.#received.subarray(9, end) });
      this.#received = this.#received.subarray(end);
      if (type === FrameType.Settings && (flags & ACK) === 0)
        this.#send(FrameType.Settings, ACK, 0, Buffer.alloc(0));
    }
  }

  #send(type: FrameType, flags: number, stream: number, payload: Buffer): void {
    const head = Buffer.alloc(9);
    head.writeUIntBE(payload.length, 0, 3);
    head[3] = type;
    head[4] = flags;
    head.writeUInt32BE(stream, 5);
    this.socket.write(Buffer.concat([head, payload]));
  }
}

export async function connectFrames(port: number): Promise<FrameConnection> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  return new FrameConnection(socket, false);
}

export interface FrameServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** An upstream; `serve` gets each connection. */
export async function listenFrames(serve: (connection: FrameConnection) => void): Promise<FrameServer> {
  const connections: FrameConnection[] = [];
  const server = createServer((socket) => {
    const connection = new FrameConnection(socket, true);
    connections.push(connection);
    serve(connection);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      for (const connection of connections) connection.close();
      server.close();
      await once(server, "close");
    },
  };
}

/** Names and values of at most 126 octets. */
function literals(fields: Fields): Buffer {
  return Buffer.concat(
    fields.flatMap(([name, value]) => [
      Buffer.from([0, name.length]),
      Buffer.from(name, "latin1"),
      Buffer.from([value.length]),
      Buffer.from(value, "latin1"),
    ]),
  );
}
