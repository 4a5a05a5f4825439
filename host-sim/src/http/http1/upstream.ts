import type { RecordedStream } from "../../recording/recorded-stream.js";
import { BodyBuffer } from "../body-buffer.js";
import { HeaderMap } from "../header-map.js";
import type { MessageSender } from "../codec.js";
import { asksForUpgrade } from "../../recording/tunnel.js";
import { isHandshake } from "../upgrade.js";
import { protocolError } from "../upstream-reset.js";
import type { ResponseReceiver, UpstreamSide } from "../upstream-side.js";
import type { Http1Settings } from "./client.js";
import { sendResponse } from "./codec.js";
import { Http1MessageRecorder } from "./message-recorder.js";

/** An upstream of HTTP/1.1: one request on a connection that is there already. */
export class Http1UpstreamSide implements UpstreamSide {
  readonly protocol = "HTTP/1.1";
  readonly got = new Http1MessageRecorder({ kind: "request" });
  readonly #early = new BodyBuffer();
  #interimSent = 0;
  #sender: MessageSender | null = null;
  /** Maybe by interim answers. */
  #answered = false;
  #headersCame = false;
  #responseComplete = false;
  #over = false;

  constructor(
    private readonly stream: RecordedStream,
    private readonly receiver: ResponseReceiver,
    private readonly settings: Pick<Http1Settings, "trailersEnabled"> & {
      /** The filters of a client of HTTP/2 see it (abi.md F.1). */
      readonly keepAliveShown: boolean;
    },
  ) {}

  headers(headers: HeaderMap, endStream: boolean): void {
    if (!this.#over) this.got.headers(headers, endStream);
  }

  data(data: BodyBuffer, endStream: boolean): void {
    if (this.#over) return;
    // Envoy keeps what comes before the handshake of WebSocket has succeeded.
    if (!this.#headersCame && isHandshake(this.got.message?.headers ?? [])) this.#early.move(data);
    else this.got.data(data, endStream);
  }

  trailers(trailers: HeaderMap): void {
    if (this.#over) return;
    if (this.settings.trailersEnabled) this.got.trailers(trailers);
    else this.got.data(new BodyBuffer(), true);
  }

  /** The connection is closed; that leaves no trace in what the upstream got. */
  brokenOff(): void {
    this.#over = true;
  }

  breakOff(): void {
    if (this.isTunnel && !this.#over) this.receiver.data(new BodyBuffer(), false);
    this.#over = true;
  }

  get isTunnel(): boolean {
    return (
      this.#headersCame &&
      asksForUpgrade(this.got.message?.headers ?? []) &&
      asksForUpgrade(this.stream.response?.headers ?? [])
    );
  }

  closeTunnel(): boolean {
    return this.isTunnel && !this.#over && this.#sender?.sendNext() === false;
  }

  get started(): boolean {
    return this.got.message !== null;
  }

  get hasWholeRequest(): boolean {
    return this.got.complete || this.got.endedWithoutBody;
  }

  get broken(): boolean {
    return this.got.broken;
  }

  get answered(): boolean {
    return this.#answered;
  }

  get headersCame(): boolean {
    return this.#headersCame;
  }

  get responseComplete(): boolean {
    return this.#responseComplete;
  }

  sendNext(): boolean {
    if (this.stream.response === null || this.#over) return false;
    const interim = this.stream.interim?.[this.#interimSent];
    if (interim !== undefined) {
      this.#interimSent++;
      this.#answered = true;
      this.receiver.interim(new HeaderMap("response headers", interim));
      return true;
    }
    this.#sender ??= this.#createSender();
    return this.#sender.sendNext();
  }

  #createSender(): MessageSender {
    const { receiver, settings } = this;
    const request = this.got.message?.headers ?? [];
    return sendResponse(
      this.stream,
      { request, keepAliveShown: settings.keepAliveShown },
      {
        headers: (_status, headers, endStream) => {
          this.#answered = true;
          this.#headersCame = true;
          if (this.isTunnel) this.got.data(this.#early, false);
          this.#responseComplete = endStream;
          receiver.headers(headers, endStream);
        },
        handshakeFailed: (_status, headers) => {
          this.#answered = true;
          this.#responseComplete = true;
          receiver.handshakeFailed(headers);
        },
        rejected: () => receiver.lost(protocolError),
        // A piece may end the stream, and with it what reads the upstream.
        data: (data) => {
          if (!this.#over) receiver.data(data, false);
        },
        end: (trailers) => {
          this.#responseComplete = true;
          if (this.#over) return;
          if (trailers === null || !settings.trailersEnabled) receiver.data(new BodyBuffer(), true);
          else receiver.trailers(new HeaderMap("response trailers", trailers));
        },
      },
    );
  }
}
