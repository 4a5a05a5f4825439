import type { ByteString, HeaderList } from "../../byte-string.js";
import { asksForUpgrade } from "../../recording/tunnel.js";
import { reasonPhrase } from "./reason-phrase.js";

/** Writes one HTTP/1.1 message the way Envoy's codec does: header order kept, framing last (abi.md F.1). */
export class Http1Encoder {
  #chunked = false;

  constructor(
    private readonly write: (bytes: ByteString) => void,
    private readonly options: { readonly kind: "request" | "response"; readonly answersHead?: boolean },
  ) {}

  headers(headers: HeaderList, endStream: boolean): void {
    const pseudo = new Map(headers.filter(([name]) => name.startsWith(":")));
    const status = Number(pseudo.get(":status") ?? 0);
    const lines: string[] = [this.#startLine(pseudo, status)];
    const authority = pseudo.get(":authority");
    if (this.options.kind === "request" && authority !== undefined) lines.push(`host: ${authority}`);
    for (const [name, value] of headers) if (!name.startsWith(":")) lines.push(`${name}: ${value}`);
    const framing = this.#framing(headers, pseudo.get(":method"), status, endStream);
    if (framing !== null) lines.push(framing);
    this.write(`${lines.join("\r\n")}\r\n\r\n`);
  }

  data(bytes: ByteString, endStream: boolean): void {
    if (bytes !== "") this.write(this.#chunked ? `${bytes.length.toString(16)}\r\n${bytes}\r\n` : bytes);
    if (endStream && this.#chunked) this.write("0\r\n\r\n");
  }

  /** Trailers exist on the wire only behind chunks; otherwise they are lost (abi.md F.3). */
  trailers(trailers: HeaderList): void {
    if (!this.#chunked) return;
    this.write(`0\r\n${trailers.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`);
  }

  #startLine(pseudo: ReadonlyMap<ByteString, ByteString>, status: number): string {
    if (this.options.kind === "response")
      return `HTTP/1.1 ${pseudo.get(":status") ?? ""} ${reasonPhrase(status)}`;
    return `${pseudo.get(":method") ?? ""} ${pseudo.get(":path") ?? ""} HTTP/1.1`;
  }

  /** The header Envoy adds when the map does not say how the message ends. */
  #framing(
    headers: HeaderList,
    method: ByteString | undefined,
    status: number,
    endStream: boolean,
  ): string | null {
    this.#chunked = false;
    if (headers.some(([name]) => name === "content-length")) return null;
    const isRequest = this.options.kind === "request";
    if (isRequest && asksForUpgrade(headers)) return null;
    if (endStream && this.options.answersHead !== true) {
      const hasNoBody = isRequest ? methodsWithoutBody.has(method ?? "") : bodiless(status) || status === 304;
      return hasNoBody ? null : "content-length: 0";
    }
    if (!isRequest && bodiless(status)) return null;
    // A HEAD answer without length announces the chunks that a GET would get.
    this.#chunked = !endStream;
    return "transfer-encoding: chunked";
  }
}

function bodiless(status: number): boolean {
  return status < 200 || status === 204;
}

const methodsWithoutBody: ReadonlySet<ByteString> = new Set(["GET", "HEAD", "DELETE", "TRACE", "CONNECT"]);
