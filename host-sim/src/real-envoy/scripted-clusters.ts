import type { Socket } from "node:net";

import type { Clusters } from "../callout/clusters.js";
import { bothSides, type Cluster } from "../callout/clusters.js";
import type { GrpcCallout } from "../callout/grpc-callouts.js";
import type { HttpCallout } from "../callout/http-callouts.js";
import type { HttpFailureKind } from "../callout/http-upstream.js";
import type { RecordedAnswers } from "../callout/recorded-answers.js";
import { cluster as clusterResource } from "./bootstrap.js";
import { serveGrpc } from "./grpc-server.js";
import { serveHttp } from "./callout-server.js";
import { Http2Connection, type Http2Stream } from "./http2/connection.js";
import { UpstreamPort } from "./upstream-port.js";

const http2 = { upstreamProtocol: "HTTP/2", connectionManager: {} } as const;

/** What came to a cluster. */
export interface CalloutRecord {
  readonly http: HttpCallout[];
  readonly grpc: GrpcCallout[];
  readonly warnings: string[];
}

/** One request that a cluster has to answer. */
export interface CalloutRequest {
  readonly clusterName: string;
  readonly stream: Http2Stream;
  readonly socket: Socket;
  readonly record: CalloutRecord;
  /** What recordings answer, before the cluster's own script. */
  readonly recorded: RecordedAnswers;
}

/**
 * The clusters that filters call, each a server of its own on this machine. All speak HTTP/2: a filter then sees the headers
 * of an answer as the script gives them, without the framing headers of HTTP/1.1, as in the simulator.
 */
export class ScriptedClusters {
  readonly record: CalloutRecord = { http: [], grpc: [], warnings: [] };
  readonly #ports: UpstreamPort[] = [];
  readonly #resources = new Map<string, object>();

  static async open(clusters: Clusters, recorded: RecordedAnswers): Promise<ScriptedClusters> {
    const opened = new ScriptedClusters(recorded);
    for (const [name, script] of Object.entries(clusters)) await opened.#open(name, bothSides(script));
    return opened;
  }

  private constructor(readonly recorded: RecordedAnswers) {}

  /** As Envoy's bootstrap has them. */
  get resources(): ReadonlyMap<string, object> {
    return this.#resources;
  }

  async close(): Promise<void> {
    await Promise.all(this.#ports.map((port) => port.close()));
  }

  async #open(name: string, cluster: Cluster): Promise<void> {
    const failure = wholeFailure(cluster);
    if (failure === "no healthy host") {
      this.#resources.set(name, clusterResource(name, null, http2));
      return;
    }
    const port = await UpstreamPort.open();
    this.#resources.set(name, clusterResource(name, port.port, http2));
    // Nobody listens where somebody has just listened.
    if (failure === "unreachable") return port.close();
    this.#ports.push(port);
    port.handTo((socket) => {
      socket.on("end", () => socket.end());
      const connection = new Http2Connection(socket, "server");
      connection.onStream = (stream) =>
        this.#serve(
          { clusterName: name, stream, socket, record: this.record, recorded: this.recorded },
          cluster,
        );
    });
  }

  #serve(request: CalloutRequest, cluster: Cluster): void {
    const { stream } = request;
    let isKnown = false;
    stream.onFrame = () => {
      const [head] = stream.received;
      if (isKnown || head?.type !== "HEADERS") return;
      isKnown = true;
      const contentType = head.fields.find(([field]) => field === "content-type")?.[1] ?? "";
      if (contentType.startsWith("application/grpc")) serveGrpc(request, head.fields, cluster.grpc);
      else serveHttp(request, head.fields, cluster.http);
    };
  }
}

/** What a cluster is as a whole, not request by request. */
function wholeFailure({ http, grpc }: Cluster): HttpFailureKind | null {
  for (const side of [http, grpc]) {
    if (typeof side === "string") return side;
    if (side !== null && typeof side === "object" && "failure" in side && typeof side.failure === "string")
      return side.failure as HttpFailureKind;
  }
  return null;
}

/** What a function cannot answer with in a real Envoy: it is asked when the request is already there. */
export function warnTooLate({ clusterName, record }: CalloutRequest, failure: HttpFailureKind): void {
  if (failure !== "unreachable" && failure !== "no healthy host") return;
  record.warnings.push(
    `The cluster "${clusterName}" answered a request with "${failure}", which a real Envoy cannot be shown request by request: the connection was closed. Make the whole cluster "${failure}".`,
  );
}
