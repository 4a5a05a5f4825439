import type { ServerHttp2Stream } from "node:http2";

import type { Fields } from "../http1/message.js";
import { headersOf } from "../http2/fields.js";
import { Http2Server } from "../http2/server.js";
import { GrpcMessages, grpcFrame } from "as-proxy-wasm-sim/real-envoy";

/** A call that a client makes; everything about it is written by hand, so that it can also be wrong. */
export class GrpcCall {
  readonly #messages = new GrpcMessages();
  readonly #waiting: ((message: Buffer | null) => void)[] = [];
  readonly #arrived: Buffer[] = [];
  #clientEnded = false;

  constructor(
    readonly stream: ServerHttp2Stream,
    /** `/package.Service/Method`. */
    readonly path: string,
    /** Initial metadata, and what HTTP/2 and gRPC add. */
    readonly metadata: Fields,
  ) {
    stream.on("data", (bytes: Buffer) => {
      this.#messages.push(bytes);
      for (let one = this.#messages.next(); one !== null; one = this.#messages.next()) {
        const waiting = this.#waiting.shift();
        if (waiting === undefined) this.#arrived.push(one);
        else waiting(one);
      }
    });
    const end = () => {
      this.#clientEnded = true;
      for (const waiting of this.#waiting.splice(0)) waiting(null);
    };
    stream.on("end", end);
    stream.on("close", end);
  }

  /** The next message of the client; null when it has sent its last, or has gone. */
  message(): Promise<Buffer | null> {
    const arrived = this.#arrived.shift();
    if (arrived !== undefined) return Promise.resolve(arrived);
    if (this.#clientEnded) return Promise.resolve(null);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Whether the client cancelled it. */
  get cancelled(): boolean {
    return this.stream.aborted;
  }

  /** Response headers; sent by themselves before the first message when not sent before. */
  sendMetadata(metadata: Fields = [], status = 200): void {
    if (this.stream.headersSent || this.stream.destroyed) return;
    this.stream.respond(
      { ":status": status, "content-type": "application/grpc", ...headersOf(metadata) },
      { waitForTrailers: true },
    );
  }

  send(message: Uint8Array): void {
    this.sendMetadata();
    if (!this.stream.destroyed) this.stream.write(grpcFrame(message));
  }

  /** Ends with a status, in trailers; when nothing was sent yet, in the headers (trailers only). */
  end(status: number, message = "", trailers: Fields = []): void {
    if (this.stream.destroyed) return;
    const fields = {
      "grpc-status": `${status}`,
      ...(message === "" ? {} : { "grpc-message": message }),
      ...headersOf(trailers),
    };
    if (!this.stream.headersSent) {
      this.stream.respond(
        { ":status": 200, "content-type": "application/grpc", ...fields },
        { endStream: true },
      );
      return;
    }
    this.stream.on("wantTrailers", () => this.stream.sendTrailers(fields));
    this.stream.end();
  }

  /** RST_STREAM. */
  reset(code: number): void {
    this.stream.close(code);
  }
}

export type GrpcMethods = Readonly<Record<string, (call: GrpcCall) => void | Promise<void>>>;

/** A gRPC server; each method, by its path, is a function of a call. A method it has not gets status 12. */
export class GrpcServer {
  private constructor(
    private readonly server: Http2Server,
    /** Every call, in order. */
    readonly calls: readonly GrpcCall[],
  ) {}

  /** Listens on a free port of 127.0.0.1. */
  static async listen(methods: GrpcMethods): Promise<GrpcServer> {
    const calls: GrpcCall[] = [];
    const server = await Http2Server.listen(({ stream, path, headers }) => {
      const call = new GrpcCall(stream, path, headers);
      calls.push(call);
      const method = methods[path];
      if (method === undefined) call.end(12, "unknown method");
      else void method(call);
    });
    return new GrpcServer(server, calls);
  }

  get port(): number {
    return this.server.port;
  }

  /** Closes every connection, with RST. */
  reset(): void {
    this.server.reset();
  }

  stop(): Promise<void> {
    return this.server.stop();
  }
}
