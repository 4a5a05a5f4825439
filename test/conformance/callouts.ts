import type { Clusters, GrpcCallout, HeaderList, HttpCallout } from "as-proxy-wasm-sim";

/** What filters sent to clusters. */
export interface Sent {
  readonly callouts: readonly HttpCallout[];
  readonly grpcCallouts: readonly GrpcCallout[];
}

/** What came to the upstreams of callouts, an entry each, as byte strings. */
export function received({ callouts, grpcCallouts }: Sent, clusters: Clusters = {}): string[] {
  // The simulator's list has those as well that Envoy cannot send.
  const isSent = (cluster: string, outcome: string) =>
    outcome !== "unknown cluster" && cluster in clusters && !unheard.has(String(clusters[cluster]));
  return [
    ...callouts.filter(({ request, outcome }) => isSent(request.cluster, outcome)).map(httpText),
    ...grpcCallouts.filter(({ cluster, outcome }) => isSent(cluster, outcome)).map(grpcText),
  ].toSorted();
}

/** Of clusters where nobody listens. */
const unheard: ReadonlySet<string> = new Set(["unreachable", "no healthy host"]);

function httpText({ request }: HttpCallout): string {
  const { cluster, headers, body, trailers } = request;
  return [
    `HTTP to ${cluster}\n`,
    fieldLines(headers),
    ...(body.length === 0 ? [] : [`body ${Buffer.from(body).toString("latin1")}\n`]),
    ...(trailers === null ? [] : ["trailers\n", fieldLines(trailers)]),
  ].join("");
}

function grpcText({ cluster, headers, messages, halfClosed }: GrpcCallout): string {
  return [
    `gRPC to ${cluster}${halfClosed ? ", half closed" : ""}\n`,
    fieldLines(headers),
    ...messages.map((message) => `message ${Buffer.from(message).toString("latin1")}\n`),
  ].join("");
}

const fieldLines = (fields: HeaderList) => fields.map(([name, value]) => `  ${name}: ${value}\n`).join("");
