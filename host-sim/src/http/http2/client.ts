import { firstValue } from "../../byte-string.js";
import type { RecordedStream } from "../../recording/recorded-stream.js";
import type { EnvoyBehaviour } from "../../envoy-versions.js";
import { BodyBuffer } from "../body-buffer.js";
import type { ClientSide, RequestReceiver } from "../client-side.js";
import { HeaderMap } from "../header-map.js";
import { envoyReply } from "../local-reply.js";
import { ResponseFlag } from "../response-flags.js";
import type { Http2Frame } from "./frame.js";
import { FrameRecorder } from "./frame-recorder.js";
import { pieces } from "./pieces.js";
import { type BlockProblem, trailersProblem, trailersTooEarly } from "./header-block.js";
import { headProblem, requestFields } from "./request-head.js";

/** Codes of RST_STREAM (RFC 9113 §7). */
const noError = 0;
const protocolError = 1;
const internalError = 2;

const resetCodes = {
  reset: internalError,
  "request not needed": noError,
  "request no good": protocolError,
} as const;

/** A client of HTTP/2: one stream on a connection of its own. */
export class Http2ClientSide implements ClientSide {
  readonly broken = false;
  readonly endsWithConnection = false;
  readonly #pieces: (() => void)[];
  readonly got = new FrameRecorder();
  /** What content-length says is still to come; null: it says nothing. */
  #announced: number | null = null;
  #headersCame = false;
  #over = false;

  constructor(
    stream: RecordedStream,
    private readonly receiver: RequestReceiver,
    private readonly maximumHeaderBytes: number,
    private readonly behaviour: EnvoyBehaviour,
  ) {
    this.#pieces = pieces(stream, "request", {
      frame: (frame) => this.#receive(frame),
      missing: (data, endStream) => receiver.data(data, endStream),
    });
  }

  sendNext(): boolean {
    if (this.#over) return false;
    const piece = this.#pieces.shift();
    piece?.();
    return piece !== undefined;
  }

  interim(headers: HeaderMap): void {
    this.got.headers(headers, false);
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

  brokenOff(why: keyof typeof resetCodes): void {
    if (this.#over) return;
    this.#over = true;
    this.got.reset(this.behaviour.has("reset-codes") ? resetCodes[why] : noError);
  }

  get complete(): boolean {
    return this.got.ended;
  }

  #receive(frame: Http2Frame): void {
    if (frame.type === "HEADERS") {
      if (this.#headersCame) this.#receiveTrailers(frame);
      else this.#receiveHead(frame);
    }
    if (frame.type === "DATA") this.#receiveData(frame);
  }

  #receiveHead({ fields, endStream }: Extract<Http2Frame, { type: "HEADERS" }>): void {
    this.#headersCame = true;
    const problem = headProblem(fields, endStream, this.maximumHeaderBytes);
    if (problem !== null) {
      this.#over = true;
      if (problem.kind === "stream") this.got.reset(internalError);
      this.receiver.refused(
        `Envoy's HTTP/2 codec ${problem.kind === "stream" ? "reset the stream" : "closed the connection"}: ${problem.sentence}.`,
      );
      return;
    }
    const length = firstValue(fields, "content-length");
    this.#announced = length === null ? null : Number(length);
    const map = new HeaderMap("request headers", requestFields(fields));
    const path = map.get(":path") ?? "";
    const refusal =
      path === "*"
        ? envoyReply(404, "", "absolute_path_rejected")
        : path.includes("#")
          ? envoyReply(400, "", "path_normalization_failed")
          : null;
    if (refusal !== null) this.receiver.rejected(refusal, map, 0, endStream);
    else {
      const expectsContinue = (map.get("expect") ?? "").toLowerCase() === "100-continue";
      this.receiver.headers(map, endStream, { expectsContinue, closes: false });
    }
  }

  #receiveData({ bytes, endStream }: Extract<Http2Frame, { type: "DATA" }>): void {
    if (this.#announced !== null) {
      this.#announced -= bytes.length;
      if (this.#announced < 0 || (endStream && this.#announced > 0)) return this.#lengthIsWrong();
    }
    const data = new BodyBuffer(bytes);
    this.receiver.data(data, endStream);
    data.takeAll();
  }

  #receiveTrailers({ fields }: Extract<Http2Frame, { type: "HEADERS" }>): void {
    const isEarly = this.#announced !== null && this.#announced > 0;
    const problem = trailersProblem(fields, this.maximumHeaderBytes) ?? (isEarly ? trailersTooEarly : null);
    if (problem !== null) this.#breakOff(problem);
    else this.receiver.trailers(new HeaderMap("request trailers", fields));
  }

  #breakOff({ kind, details }: BlockProblem): void {
    this.#over = true;
    if (kind === "stream") this.got.reset(internalError);
    this.receiver.malformed(
      details,
      kind === "stream" ? ResponseFlag.DownstreamRemoteReset : ResponseFlag.DownstreamProtocolError,
    );
  }

  #lengthIsWrong(): void {
    this.#over = true;
    this.got.reset(protocolError);
    this.receiver.malformed("http2.remote_reset", ResponseFlag.DownstreamProtocolError);
  }
}
