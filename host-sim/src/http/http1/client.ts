import { firstValue } from "../../byte-string.js";
import type { RecordedStream } from "../../recording/recorded-stream.js";
import { BodyBuffer } from "../body-buffer.js";
import type { ClientSide, RequestReceiver } from "../client-side.js";
import type { MessageSender } from "../codec.js";
import { HeaderMap } from "../header-map.js";
import { ResponseFlag } from "../response-flags.js";
import { sendRequest } from "./codec.js";
import { Http1MessageRecorder } from "./message-recorder.js";

export interface Http1Settings {
  /** How much Envoy reads at once. */
  readonly readLimit: number;
  readonly trailersEnabled: boolean;
  readonly maximumHeaderBytes: number;
  readonly upgradeTypes: readonly string[];
}

/** A client of HTTP/1.1, on a connection of its own. */
export class Http1ClientSide implements ClientSide {
  readonly #sender: MessageSender;
  readonly got: Http1MessageRecorder;
  #closed = false;

  constructor(stream: RecordedStream, receiver: RequestReceiver, settings: Http1Settings) {
    const requestMethod = firstValue(stream.request.headers, ":method") ?? "GET";
    this.got = new Http1MessageRecorder({ kind: "response", requestMethod });
    this.#sender = sendRequest(stream, settings, {
      headers: (headers, endStream, traits) => receiver.headers(headers, endStream, traits),
      rejected: ({ kind, reply, headers }, endStream) => {
        // Envoy does not wait for what may come after an upgrade or behind a head that it cannot read.
        const flags = kind === "malformed" ? ResponseFlag.DownstreamProtocolError : 0;
        receiver.rejected(reply, headers, flags, endStream && kind === "refused");
      },
      data: (data) => receiver.data(data, false),
      end: (trailers) => {
        if (trailers === null || !settings.trailersEnabled) receiver.data(new BodyBuffer(), true);
        else receiver.trailers(new HeaderMap("request trailers", trailers));
      },
    });
  }

  sendNext(): boolean {
    return this.#sender.sendNext();
  }

  interim(headers: HeaderMap): void {
    this.got.interim(headers);
  }

  headers(headers: HeaderMap, endStream: boolean): void {
    this.got.headers(headers, endStream);
  }

  data(data: BodyBuffer, endStream: boolean): void {
    this.got.data(data, endStream);
  }

  trailers(trailers: HeaderMap): void {
    this.got.trailers(trailers);
  }

  /** The connection is closed; that leaves no trace in what the client got. */
  brokenOff(): void {
    this.#closed = true;
  }

  get complete(): boolean {
    return this.got.complete || this.got.endedWithoutBody || (this.#closed && this.got.endsWithConnection);
  }

  get endsWithConnection(): boolean {
    return this.got.endsWithConnection;
  }

  get broken(): boolean {
    return this.got.broken;
  }
}
