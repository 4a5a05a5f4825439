import { fromText, type ByteString } from "../byte-string.js";
import type { RecordedAnswers } from "./recorded-answers.js";
import type { GrpcMethods } from "./grpc-upstream.js";
import type {
  HttpCalloutAnswer,
  HttpCalloutFailure,
  HttpFailureKind,
  HttpUpstream,
} from "./http-upstream.js";

/**
 * The clusters that filters can call, by name, and what answers for each. A cluster that is not here is unknown to
 * the simulated Envoy: `proxy_http_call` answers 2.
 */
export type Clusters = Readonly<Record<string, ClusterScript>>;

/**
 * A function that answers each HTTP call, the same answer for all, or what answers HTTP and gRPC; null: the cluster is there, and
 * only recordings answer for it.
 */
export type ClusterScript =
  | null
  | HttpUpstream
  | HttpCalloutAnswer
  | { readonly http?: HttpUpstream | HttpCalloutAnswer; readonly grpc?: GrpcMethods };

/** A script with its two sides apart. */
export interface Cluster {
  /** Null: nothing answers HTTP here. */
  readonly http: HttpUpstream | HttpCalloutAnswer | null;
  readonly grpc: GrpcMethods | HttpFailureKind | HttpCalloutFailure | null;
}

/** The clusters of a process. */
export class ClusterTable {
  readonly #clusters: ReadonlyMap<ByteString, Cluster>;
  readonly #warned = new Set<ByteString>();

  constructor(
    clusters: Clusters,
    /** What recordings answer, before these. */
    readonly recorded: RecordedAnswers,
    private readonly warn: (sentence: string) => void,
  ) {
    this.#clusters = new Map(
      Object.entries(clusters).map(([name, script]) => [fromText(name), bothSides(script)]),
    );
  }

  /** Null, and a warning the first time, for a cluster that Envoy does not know. */
  find(name: ByteString): Cluster | null {
    const cluster =
      this.#clusters.get(name) ?? (this.recorded.knows(name) ? { http: null, grpc: null } : null);
    if (cluster === null)
      this.#warnOnce(`A filter called the cluster "${name}", which this Envoy does not have`);
    return cluster;
  }

  /** A filter asked for what has no script. */
  warnUnscripted(name: ByteString, what: string): void {
    this.#warnOnce(`A filter called ${what} of the cluster "${name}", which nothing answers`);
  }

  #warnOnce(what: string): void {
    if (this.#warned.has(what)) return;
    this.#warned.add(what);
    this.warn(`${what}: give Envoy.start an answer for it in clusters, or the recording one.`);
  }
}

export function bothSides(script: ClusterScript): Cluster {
  if (script === null) return { http: null, grpc: null };
  if (typeof script === "function") return { http: script, grpc: null };
  if (typeof script === "string" || "failure" in script) return { http: script, grpc: script };
  if ("http" in script || "grpc" in script) return { http: script.http ?? null, grpc: script.grpc ?? null };
  return { http: script as HttpCalloutAnswer, grpc: null };
}
