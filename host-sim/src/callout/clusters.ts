import { fromText, type ByteString } from "../byte-string.js";
import type { HttpCalloutAnswer, HttpUpstream } from "./http-upstream.js";

/**
 * The clusters that filters can call, by name, and what answers for each. A cluster that is not here is unknown to
 * the simulated Envoy: `proxy_http_call` answers 2.
 */
export type Clusters = Readonly<Record<string, ClusterScript>>;

/** A function that answers each call, or the same answer for all. */
export type ClusterScript = HttpUpstream | HttpCalloutAnswer;

/** The clusters of a process. */
export class ClusterTable {
  readonly #scripts: ReadonlyMap<ByteString, ClusterScript>;
  readonly #unknown = new Set<ByteString>();

  constructor(
    clusters: Clusters,
    private readonly warn: (sentence: string) => void,
  ) {
    this.#scripts = new Map(Object.entries(clusters).map(([name, script]) => [fromText(name), script]));
  }

  /** Null, and a warning the first time, for a cluster that Envoy does not know. */
  find(name: ByteString): ClusterScript | null {
    const script = this.#scripts.get(name) ?? null;
    if (script === null && !this.#unknown.has(name)) {
      this.#unknown.add(name);
      this.warn(
        `A filter called the cluster "${name}", which this Envoy does not have: give Envoy.start an answer for it in clusters.`,
      );
    }
    return script;
  }
}
