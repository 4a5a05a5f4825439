/** A proxy on 127.0.0.1 that passes HTTP/1.1 and HTTP/2 on to an upstream and records what passes. */
import { once } from "node:events";
import {
  Agent as HttpAgent,
  type ClientRequest,
  createServer as createHttp1Server,
  type IncomingMessage,
  request as httpRequest,
  type ServerResponse,
} from "node:http";
import {
  createServer as createHttp2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from "node:http2";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { type AddressInfo, createServer, type Socket } from "node:net";
import type { HeaderList, RecordedStream } from "as-proxy-wasm-sim";
import { endToEnd, fieldsOf, rawOf, regularFields } from "./proxy-headers.js";
import { StreamRecorder } from "./stream-recorder.js";

export interface RecordingProxyOptions {
  readonly upstream: URL;
  /** 0: a free one. */
  readonly port: number;
  /** Of a larger body only its size is recorded. */
  readonly bodyLimit: number;
  /** A stream is over. */
  readonly onStream: (stream: RecordedStream) => void;
}

const HTTP2_PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

// A connection for each stream, and one that does not say so: an idle one that the upstream closes would look like a reset.
const httpAgent = new HttpAgent({ keepAlive: true, maxFreeSockets: 0 });
const httpsAgent = new HttpsAgent({ keepAlive: true, maxFreeSockets: 0 });

// Node gives the fields as they came in the fourth and the third argument; its types do not say so.
type StreamListener = (
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  flags: number,
  raw: readonly string[],
) => void;
type TrailersListener = (trailers: object, flags: number, raw: readonly string[]) => void;

/** The client's side of one stream, the same for both protocols. */
interface Downstream {
  respond(status: number, fields: HeaderList, endStream: boolean): void;
  data(bytes: Uint8Array): boolean;
  end(trailers: HeaderList | null): void;
  /** Breaks off. */
  destroy(): void;
  onDrain(resume: () => void): void;
}

export class RecordingProxy {
  readonly #front = createServer();
  readonly #sockets = new Set<Socket>();
  readonly #underway = new Set<StreamRecorder>();
  readonly #started = performance.now();
  #streams = 0;

  private constructor(private readonly options: RecordingProxyOptions) {}

  static async start(options: RecordingProxyOptions): Promise<RecordingProxy> {
    const proxy = new RecordingProxy(options);
    await proxy.#listen();
    return proxy;
  }

  get port(): number {
    return (this.#front.address() as AddressInfo).port;
  }

  /** Takes no more connections, and breaks off those that are open: streams underway are recorded as cut. */
  async stop(): Promise<void> {
    const closed = once(this.#front, "close");
    this.#front.close();
    for (const recorder of this.#underway) {
      recorder.note("The recording was stopped in the middle of this stream.");
      recorder.reset("client");
      this.#over(recorder);
    }
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async #listen(): Promise<void> {
    const http1 = createHttp1Server({ keepAliveTimeout: 0, requestTimeout: 0 }, (request, response) =>
      this.#http1(request, response),
    );
    const refuse = (_: IncomingMessage, socket: Socket | { end(text: string): unknown }): void => {
      socket.end("HTTP/1.1 501 Not Implemented\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    };
    http1.on("upgrade", refuse);
    http1.on("connect", refuse);
    const http2 = createHttp2Server();
    const onStream: StreamListener = (stream, headers, _, raw) => this.#http2(stream, headers, raw);
    http2.on("stream", onStream as () => void);
    http2.on("sessionError", () => undefined);

    this.#front.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
      socket.on("error", () => undefined);
      // What a client sends first tells what it speaks; HTTP/1 requests never begin with the preface.
      socket.once("readable", () => {
        const first = (socket.read() as Buffer | null) ?? Buffer.alloc(0);
        if (first.length === 0) return;
        socket.unshift(first);
        const length = Math.min(first.length, HTTP2_PREFACE.length);
        const isHttp2 = first.subarray(0, length).equals(HTTP2_PREFACE.subarray(0, length));
        (isHttp2 ? http2 : http1).emit("connection", socket);
      });
    });
    this.#front.listen(this.options.port, "127.0.0.1");
    await once(this.#front, "listening");
  }

  #http1(request: IncomingMessage, response: ServerResponse): void {
    const fields = fieldsOf(request.rawHeaders);
    const chunked = request.headers["transfer-encoding"] !== undefined;
    const hasBody = chunked || Number(request.headers["content-length"] ?? 0) > 0;
    const downstream: Downstream = {
      respond(status, headers) {
        response.sendDate = false;
        response.writeHead(status, rawOf(endToEnd(headers)));
        // flushHeaders would send header values as UTF-8; before bytes they go out as octets.
        response.write(Buffer.alloc(0));
      },
      data: (bytes) => response.write(bytes),
      end(trailers) {
        if (trailers !== null)
          response.addTrailers(trailers.map(([name, value]): [string, string] => [name, value]));
        response.end();
      },
      destroy: () => void response.destroy(),
      onDrain: (resume) => void response.on("drain", resume),
    };
    const recorder = this.#begin("HTTP/1.1");
    const pseudo: HeaderList = [
      [":authority", request.headers.host ?? this.options.upstream.host],
      [":path", request.url ?? "/"],
      [":method", request.method ?? "GET"],
      [":scheme", "http"],
    ];
    recorder.headers("request", [...pseudo, ...regularFields(fields)], !hasBody);
    response.on("close", () => {
      if (!response.writableFinished) this.#clientLeft(recorder, upstream);
    });
    const upstream = this.#forward(recorder, pseudo, fields, downstream);
    this.#passRequest(request, () => fieldsOf(request.rawTrailers), hasBody, recorder, upstream);
  }

  #http2(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, raw: readonly string[]): void {
    const fields = fieldsOf(raw);
    let trailers: HeaderList | null = null;
    let responseTrailers: HeaderList | null = null;
    stream.on("error", () => undefined);
    const onTrailers: TrailersListener = (_, __, raw) => void (trailers = fieldsOf(raw));
    stream.on("trailers", onTrailers as () => void);
    stream.on("wantTrailers", () => stream.sendTrailers(headersObject(responseTrailers ?? [])));
    const downstream: Downstream = {
      respond(status, list, endStream) {
        const passed = endToEnd(list).filter(([name]) => name !== "transfer-encoding");
        stream.respond(
          { ":status": status, ...headersObject(passed) },
          { endStream, waitForTrailers: !endStream },
        );
      },
      data: (bytes) => stream.write(bytes),
      end(list) {
        responseTrailers = list;
        if (!stream.writableEnded) stream.end();
      },
      destroy: () => stream.close(2),
      onDrain: (resume) => void stream.on("drain", resume),
    };
    const recorder = this.#begin("HTTP/2");
    const pseudo: HeaderList = [
      [":authority", headers[":authority"] ?? headers.host ?? this.options.upstream.host],
      [":path", headers[":path"] ?? "/"],
      [":method", headers[":method"] ?? "GET"],
      [":scheme", headers[":scheme"] ?? "http"],
    ];
    const hasBody = !stream.endAfterHeaders;
    recorder.headers("request", [...pseudo, ...regularFields(fields)], !hasBody);
    const upstream = this.#forward(recorder, pseudo, fields, downstream);
    stream.on("close", () => {
      if (!recorder.isOver) this.#clientLeft(recorder, upstream);
    });
    this.#passRequest(stream, () => trailers ?? [], hasBody, recorder, upstream);
  }

  #begin(protocol: RecordedStream["protocol"]): StreamRecorder {
    this.#streams += 1;
    const now = (): number => Math.round((performance.now() - this.#started) * 1000) / 1000;
    const recorder = new StreamRecorder(`stream-${this.#streams}`, protocol, now, this.options.bodyLimit);
    this.#underway.add(recorder);
    return recorder;
  }

  /** The request's body and trailers, as they come and as fast as the upstream takes them. */
  #passRequest(
    request: IncomingMessage | ServerHttp2Stream,
    trailers: () => HeaderList,
    hasBody: boolean,
    recorder: StreamRecorder,
    upstream: ClientRequest,
  ): void {
    request.on("data", (bytes: Buffer) => {
      recorder.data("request", bytes);
      if (!upstream.write(bytes)) request.pause();
    });
    upstream.on("drain", () => request.resume());
    request.on("end", () => {
      const list = trailers();
      if (hasBody) recorder.end("request", list);
      if (list.length > 0) upstream.addTrailers(list.map(([name, value]): [string, string] => [name, value]));
      upstream.end();
      this.#overIfEnded(recorder);
    });
    request.on("error", () => undefined);
  }

  #forward(
    recorder: StreamRecorder,
    pseudo: HeaderList,
    fields: HeaderList,
    downstream: Downstream,
  ): ClientRequest {
    const { upstream } = this.options;
    const value = (name: string): string => pseudo.find(([key]) => key === name)?.[1] ?? "";
    const hasLength = fields.some(([name]) => name === "content-length" || name === "transfer-encoding");
    const bodiless = /^(GET|HEAD|DELETE|OPTIONS)$/.test(value(":method"));
    const passed = [
      ["host", value(":authority")] as const,
      ...endToEnd(fields).filter(([name]) => !name.startsWith(":") && name !== "host"),
      // A body of HTTP/2 needs no length, one of HTTP/1.1 does.
      ...(hasLength || bodiless ? [] : [["transfer-encoding", "chunked"] as const]),
    ];
    const outgoing = (upstream.protocol === "https:" ? httpsRequest : httpRequest)({
      hostname: upstream.hostname,
      port: upstream.port,
      method: value(":method"),
      path: value(":path"),
      headers: rawOf(passed) as unknown as Record<string, string>,
      agent: upstream.protocol === "https:" ? httpsAgent : httpAgent,
    });
    let answered = false;
    outgoing.on("response", (answer) => {
      answered = true;
      this.#passResponse(answer, value(":method"), recorder, downstream);
    });
    outgoing.on("error", () => {
      if (recorder.isOver) return;
      recorder.reset("upstream");
      this.#over(recorder);
      if (answered) {
        downstream.destroy();
      } else {
        downstream.respond(502, [["content-length", "0"]], true);
        downstream.end(null);
      }
    });
    return outgoing;
  }

  #passResponse(
    answer: IncomingMessage,
    method: string,
    recorder: StreamRecorder,
    downstream: Downstream,
  ): void {
    const status = answer.statusCode ?? 502;
    const fields = fieldsOf(answer.rawHeaders);
    const length = answer.headers["content-length"];
    const endStream = method === "HEAD" || status === 204 || status === 304 || length === "0";
    recorder.headers("response", [[":status", String(status)], ...fields], endStream);
    downstream.respond(status, fields, endStream);
    answer.on("data", (bytes: Buffer) => {
      recorder.data("response", bytes);
      if (!downstream.data(bytes)) answer.pause();
    });
    downstream.onDrain(() => answer.resume());
    answer.on("end", () => {
      const trailers = fieldsOf(answer.rawTrailers);
      if (!endStream) recorder.end("response", trailers);
      this.#overIfEnded(recorder);
      downstream.end(trailers.length > 0 ? trailers : null);
    });
    answer.on("error", () => {
      if (recorder.isOver) return;
      recorder.reset("upstream");
      this.#over(recorder);
      downstream.destroy();
    });
  }

  #clientLeft(recorder: StreamRecorder, upstream: ClientRequest): void {
    if (!recorder.isOver) {
      recorder.reset("client");
      this.#over(recorder);
    }
    upstream.destroy();
  }

  #overIfEnded(recorder: StreamRecorder): void {
    if (recorder.isOver) this.#over(recorder);
  }

  #over(recorder: StreamRecorder): void {
    if (!this.#underway.delete(recorder)) return;
    const stream = recorder.finish();
    if (stream !== null) this.options.onStream(stream);
  }
}

function headersObject(fields: HeaderList): Record<string, string | string[]> {
  const object: Record<string, string | string[]> = {};
  for (const [name, value] of fields) {
    const before = object[name];
    object[name] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value];
  }
  return object;
}
