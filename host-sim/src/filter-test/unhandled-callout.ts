import { firstValue, toText, type HeaderList } from "../byte-string.js";
import type { GrpcCallout } from "../callout/grpc-callouts.js";
import type { HttpCalloutRequest } from "../callout/http-upstream.js";
import { SimulatorError } from "../errors.js";

/** A call of a filter that a test has no answer for. */
export interface UnhandledCallout {
  readonly kind: "http" | "grpc";
  readonly cluster: string;
  /** `POST` */
  readonly method: string;
  readonly path: string;
}

/** A filter called what the test did not script: `startFilter` takes this for a mistake of filter or test. */
export class UnhandledCalloutError extends SimulatorError {
  constructor(readonly callouts: readonly UnhandledCallout[]) {
    super(
      "ERR_UNHANDLED_CALLOUT",
      `The filter called ${callouts.map(callText).join(", ")}, and the test has no answer for it.`,
      `Give startFilter one, clusters: { ${scriptText(callouts[0]!)} }, or onUnhandledCallout: "as-envoy" for what Envoy does then.`,
    );
  }
}

export function unhandledHttp({ cluster, headers }: HttpCalloutRequest): UnhandledCallout {
  return {
    kind: "http",
    cluster: toText(cluster),
    method: textOf(headers, ":method"),
    path: textOf(headers, ":path"),
  };
}

export function unhandledGrpc({ cluster, path }: GrpcCallout): UnhandledCallout {
  return { kind: "grpc", cluster: toText(cluster), method: "POST", path: toText(path) };
}

function textOf(headers: HeaderList, name: string): string {
  return toText(firstValue(headers, name) ?? "");
}

function callText({ kind, cluster, method, path }: UnhandledCallout): string {
  return `${kind === "grpc" ? "gRPC" : method} ${path} of the cluster ${JSON.stringify(cluster)}`;
}

function scriptText({ kind, cluster, method, path }: UnhandledCallout): string {
  const name = JSON.stringify(cluster);
  if (kind === "grpc") return `${name}: { grpc: { ${JSON.stringify(path)}: { messages: [] } } }`;
  return `${name}: [{ method: ${JSON.stringify(method)}, path: ${JSON.stringify(path)}, answer: { status: 200 } }]`;
}
