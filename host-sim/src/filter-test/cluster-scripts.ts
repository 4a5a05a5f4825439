import type { Clusters, ClusterScript } from "../callout/clusters.js";
import type { GrpcMethods } from "../callout/grpc-upstream.js";
import type { HttpCalloutAnswer, HttpUpstream } from "../callout/http-upstream.js";
import { ScriptedCluster, type ScriptedAnswer, type UnusedAnswer } from "./scripted-answers.js";
import { unhandledHttp, type UnhandledCallout } from "./unhandled-callout.js";

/** The clusters that filters can call, by name: what `Envoy.start` takes, and lists of answers for some of the calls. */
export type ScriptedClusters = Readonly<Record<string, ScriptedClusterScript>>;

export type ScriptedClusterScript =
  | ClusterScript
  | readonly ScriptedAnswer[]
  | {
      readonly http?: HttpUpstream | HttpCalloutAnswer | readonly ScriptedAnswer[];
      readonly grpc?: GrpcMethods;
    };

/** All scripts of a test: as something for an Envoy, and what came of them. */
export class ClusterScripts {
  readonly clusters: Clusters;
  readonly #scripted: ScriptedCluster[] = [];

  constructor(clusters: ScriptedClusters) {
    this.clusters = Object.fromEntries(
      Object.entries(clusters).map(([name, script]) => [name, this.#script(name, script)]),
    );
  }

  takeUnhandled(): UnhandledCallout[] {
    return this.#scripted.flatMap((cluster) => cluster.takeUnhandled().map(unhandledHttp));
  }

  get unused(): readonly UnusedAnswer[] {
    return this.#scripted.flatMap((cluster) => cluster.unused);
  }

  #script(name: string, script: ScriptedClusterScript): ClusterScript {
    if (isList(script)) return this.#list(name, script);
    if (
      typeof script === "object" &&
      script !== null &&
      "http" in script &&
      script.http !== undefined &&
      isList(script.http)
    )
      return { ...script, http: this.#list(name, script.http) };
    return script as ClusterScript;
  }

  #list(name: string, answers: readonly ScriptedAnswer[]): HttpUpstream {
    const cluster = new ScriptedCluster(name, answers);
    this.#scripted.push(cluster);
    return cluster.upstream;
  }
}

function isList(script: unknown): script is readonly ScriptedAnswer[] {
  return Array.isArray(script);
}
