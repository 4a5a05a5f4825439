import {
  answer,
  type Cluster,
  compileFilter,
  deadPort,
  type Envoy,
  field,
  GrpcCall,
  Http1Client,
  Http1Server,
  type Http2Script,
  Http2Server,
  type Listener,
  type ReceivedRequest,
  type Route,
  type Script,
  startEnvoy,
  TcpClient,
  TcpServer,
  type WasmPlugin,
} from "../lab/index.js";
import { Dead } from "./case.js";
import { type Station, station, type TcpStation } from "./stations.js";

/** How many good requests follow every input. */
const GOOD_REQUESTS = 100;

/** Where the filters' sources are, from the repository's root. */
const FILTERS = "test/hostile/filters/assembly/";

/** The Envoy that the cases share, a listener a filter, and the upstreams behind it. */
export class Bench {
  #envoy: Envoy | null = null;
  /** What the gRPC service does with a call. */
  grpcScript: GrpcScript = allowGrpc;

  private constructor(
    /** HTTP/1.1; everything goes there. */
    readonly upstream: Http1Server,
    /** HTTP/2; everything under `/h2` goes there. */
    readonly upstream2: Http2Server,
    /** What filters call. */
    readonly authz: Http1Server,
    /** What filters call by gRPC. */
    private readonly grpc: Http2Server,
    /** Sends everything back. */
    readonly tcp: TcpServer,
    private readonly dead: number,
    private readonly stations: readonly Station[],
  ) {}

  static async open(stations: readonly Station[]): Promise<Bench> {
    const bench = new Bench(
      await Http1Server.listen(echo),
      await Http2Server.listen(echo2),
      await Http1Server.listen(allow),
      await Http2Server.listen(() => {}),
      await TcpServer.listen(),
      await deadPort(),
      stations,
    );
    bench.grpc.script = ({ stream, path, headers }) =>
      void bench.grpcScript(new GrpcCall(stream, path, headers));
    await bench.start();
    return bench;
  }

  get envoy(): Envoy {
    if (this.#envoy === null) throw new Error("the Envoy of the cases is not running");
    return this.#envoy;
  }

  /** Everything as it is before a case. */
  reset(): void {
    this.upstream.script = echo;
    this.upstream2.script = echo2;
    this.authz.script = allow;
    this.grpcScript = allowGrpc;
    this.upstream.take();
    this.authz.take();
  }

  /** The Envoy with the stations; a new one if there is one already. */
  async start(): Promise<void> {
    await this.#envoy?.stop();
    this.#envoy = null;
    const listeners: Listener[] = [];
    for (const one of this.stations) listeners.push(await this.listener(one));
    this.#envoy = await startEnvoy({ listeners, clusters: this.clusters });
  }

  async close(): Promise<void> {
    await this.#envoy?.stop();
    await Promise.all([
      this.upstream.stop(),
      this.upstream2.stop(),
      this.authz.stop(),
      this.grpc.stop(),
      this.tcp.stop(),
    ]);
  }

  port(name: string): number {
    return this.envoy.port(name);
  }

  async listener(one: Station): Promise<Listener> {
    if (one.kind === "tcp")
      return { kind: "tcp", name: one.name, filters: [await plugin(one)], cluster: "tcp" };
    return {
      kind: "http",
      name: one.name,
      filters: [await plugin(one)],
      routes: this.routes,
      ...(one.bufferLimitBytes === undefined ? {} : { bufferLimitBytes: one.bufferLimitBytes }),
    };
  }

  get routes(): Route[] {
    return [
      { prefix: "/h2", cluster: "upstream2" },
      { prefix: "/", cluster: "upstream" },
    ];
  }

  get clusters(): Cluster[] {
    return [
      { name: "upstream", port: this.upstream.port },
      { name: "upstream2", protocol: "http2", port: this.upstream2.port },
      { name: "authz", port: this.authz.port, bufferLimitBytes: 16 * 1024 * 1024 },
      { name: "grpc", protocol: "http2", port: this.grpc.port },
      { name: "tcp", port: this.tcp.port },
      { name: "refused", port: this.dead },
      { name: "refused2", protocol: "http2", port: this.dead },
      { name: "nobody", port: null },
    ];
  }

  /** What the upstream got since the case began: the one request, complete or not. */
  upstreamRequest(): ReceivedRequest | undefined {
    return this.upstream.take().at(-1);
  }

  /** 100 good requests, each answered right; throws `Dead` when one is not. */
  async serves(one: Station | string, port?: number): Promise<void> {
    const asked = typeof one === "string" ? station(one) : one;
    const at = port ?? this.port(asked.name);
    this.reset();
    if (asked.kind === "tcp") return servesFrames(asked, at);
    const { good, goodBody, goodHeader } = asked;
    let client = await Http1Client.connect(at);
    try {
      for (let number = 1; number <= GOOD_REQUESTS; number++) {
        if (client.closed) client = await Http1Client.connect(at);
        const response = await client.request(good);
        const problem =
          response.end !== "complete" || response.status !== 200
            ? `${response.status} (${response.end})`
            : goodBody !== undefined && response.body.toString("latin1") !== goodBody
              ? `the body ${JSON.stringify(response.body.toString("latin1").slice(0, 100))}`
              : goodHeader !== undefined && field(response.headers, goodHeader[0]) !== goodHeader[1]
                ? `${goodHeader[0]}: ${field(response.headers, goodHeader[0]) ?? "(absent)"}`
                : null;
        if (problem !== null) throw new Dead(`good request ${number} got ${problem}`);
      }
    } finally {
      client.close();
    }
  }
}

/** 100 good frames on one connection. */
async function servesFrames({ good, answer: expected }: TcpStation, port: number): Promise<void> {
  const client = await TcpClient.connect(port);
  try {
    for (let number = 1; number <= GOOD_REQUESTS; number++) {
      client.write(good);
      const received = await client.read(number * expected.length);
      if (
        !received.subarray(-expected.length).equals(expected) ||
        received.length !== number * expected.length
      )
        throw new Dead(`good frame ${number} got ${JSON.stringify(received.toString("latin1").slice(-100))}`);
    }
  } finally {
    client.close();
  }
}

/** The plugin of a station; a VM of its own. */
export async function plugin(one: Station): Promise<WasmPlugin> {
  return {
    name: one.name,
    rootId: one.rootId,
    module: await compileFilter(FILTERS + one.source),
    ...(one.configuration === undefined ? {} : { configuration: one.configuration }),
    ...(one.kind === "tcp" || one.allowOnHeadersStopIteration === undefined
      ? {}
      : { allowOnHeadersStopIteration: one.allowOnHeadersStopIteration }),
  };
}

/** Answers with the request's own body and content-type. */
export const echo: Script = (request) => {
  const type = field(request.headers, "content-type");
  return answer(
    200,
    type === null ? [] : [["content-type", type]],
    request.body.length > 0 ? request.body.toString("latin1") : "ok\n",
  );
};

const echo2: Http2Script = ({ stream }) => {
  stream.respond({ ":status": 200 });
  stream.end("ok\n");
};

/** The service that filters call says yes. */
export const allow: Script = () => answer(200, [["x-user", "alice"]], "welcome");

export type GrpcScript = (call: GrpcCall) => void | Promise<void>;

/** The same over gRPC: the message { 1: "alice" }. */
export const allowGrpc: GrpcScript = (call) => {
  call.send(Buffer.from("\n\x05alice", "latin1"));
  call.end(0);
};
