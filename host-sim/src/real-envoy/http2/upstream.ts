import type { Socket } from "node:net";

import type { Http2Frame } from "../../http/http2/frame.js";

import { until } from "../until.js";
import { untilRead } from "../client.js";
import {
  REQUEST_WAIT_MS,
  SIDE_PATH,
  type Upstream,
  type UpstreamAnswer,
  type UpstreamConnection,
} from "../upstream.js";
import { UpstreamPort } from "../upstream-port.js";
import { Http2Connection, type Http2Stream } from "./connection.js";
import { framesText } from "../../http/http2/frames-text.js";

/** INTERNAL_ERROR (RFC 9113 §7). */
const INTERNAL_ERROR = 2;

interface Request {
  readonly stream: Http2Stream;
  readonly socket: Socket;
  sent: number;
  answering: boolean;
}

/** An upstream that speaks HTTP/2 on every connection; each request is a stream of its own. */
export class Http2Upstream implements Upstream {
  #requests: Request[] = [];
  #pieces: readonly Http2Frame[] = [];
  #stepByStep = false;

  private constructor(readonly door: UpstreamPort) {
    door.handTo((socket) => this.#accept(socket));
  }

  static async listen(): Promise<Http2Upstream> {
    return new Http2Upstream(await UpstreamPort.open());
  }

  begin({ pieces }: UpstreamAnswer, manner: "when complete" | "step by step"): void {
    this.#pieces = (pieces ?? []).map((piece) => {
      if (!(piece instanceof Uint8Array)) return piece;
      throw new Error("an upstream of HTTP/2 sends frames, no octets");
    });
    this.#stepByStep = manner === "step by step";
  }

  async sendNext(): Promise<boolean> {
    const request = await this.#requested();
    if (request === null || !this.#sendPiece(request)) return false;
    await untilRead(request.socket);
    return true;
  }

  async reset(): Promise<void> {
    const request = await this.#requested();
    if (request === null) return;
    request.stream.sendReset(INTERNAL_ERROR);
    await untilRead(request.socket);
  }

  release(): void {
    this.#stepByStep = false;
    for (const request of this.#requests) void this.#answerWhenComplete(request);
  }

  async end(): Promise<UpstreamConnection[]> {
    const seen = this.#requests.map(({ stream, socket }) => ({
      bytes: framesText(stream.received),
      frames: stream.received,
      closed: socket.destroyed,
    }));
    this.#requests = [];
    return seen;
  }

  stop(): Promise<void> {
    return this.door.close();
  }

  #accept(socket: Socket): void {
    socket.on("end", () => socket.end());
    const connection = new Http2Connection(socket, "server");
    connection.onStream = (stream) => {
      const request: Request = { stream, socket, sent: 0, answering: false };
      let known = false;
      stream.onFrame = () => {
        if (!known) {
          known = true;
          if (isSideRequest(stream)) {
            stream.onFrame = () => {};
            stream.sendHeaders([[":status", "200"]], true);
            return;
          }
          this.#requests.push(request);
        }
        void this.#answerWhenComplete(request);
      };
    };
  }

  async #answerWhenComplete(request: Request): Promise<void> {
    if (this.#stepByStep || request.answering || !request.stream.complete) return;
    request.answering = true;
    while (this.#sendPiece(request)) if (request.sent < this.#pieces.length) await untilRead(request.socket);
  }

  #sendPiece(request: Request): boolean {
    const piece = this.#pieces[request.sent];
    if (piece === undefined || request.stream.reset || request.socket.destroyed) return false;
    request.sent++;
    request.stream.send(piece);
    return true;
  }

  async #requested(): Promise<Request | null> {
    return until(() => this.#requests[0] ?? null, REQUEST_WAIT_MS);
  }
}

function isSideRequest(stream: Http2Stream): boolean {
  const [first] = stream.received;
  return (
    first?.type === "HEADERS" && first.fields.some(([name, value]) => name === ":path" && value === SIDE_PATH)
  );
}
