/** What filters asked of clusters during one stream, and what of the recording's answers nobody asked for. */
import {
  calloutText,
  firstValue,
  type GrpcCallout,
  type HttpCallout,
  type RecordedCallout,
  toText,
} from "as-proxy-wasm-sim";

export interface CalloutResult {
  readonly kind: "http" | "grpc";
  readonly cluster: string;
  readonly method: string;
  readonly path: string;
  /** `answered`, `timeout`, `unknown cluster`; of gRPC `closed` with its status, `pending`, `cancelled`. */
  readonly outcome: HttpCallout["outcome"] | GrpcCallout["outcome"];
  /** The final gRPC status; absent: HTTP, or none yet. */
  readonly grpcStatus?: number;
  /** Present where the recording has no answer: what the filter got is what Envoy says then. */
  readonly unhandled?: true;
}

/** A recorded answer that no filter asked for. */
export interface UnusedCallout {
  readonly cluster: string;
  /** Which calls it is for: `POST /check`. */
  readonly calls: string;
}

export function calloutResults({
  callouts,
  grpcCallouts,
}: {
  readonly callouts: readonly HttpCallout[];
  readonly grpcCallouts: readonly GrpcCallout[];
}): readonly CalloutResult[] {
  if (callouts.length === 0 && grpcCallouts.length === 0) return [];
  return [...callouts.map(httpResult), ...grpcCallouts.map(grpcResult)];
}

export function unusedCallout(callout: RecordedCallout): UnusedCallout {
  return { cluster: callout.cluster, calls: calloutText(callout) };
}

function httpResult({ request, outcome, unhandled }: HttpCallout): CalloutResult {
  const value = (name: string) => toText(firstValue(request.headers, name) ?? "");
  return {
    kind: "http",
    cluster: toText(request.cluster),
    method: value(":method"),
    path: value(":path"),
    outcome,
    ...(unhandled ? { unhandled } : {}),
  };
}

function grpcResult({ cluster, path, outcome, status, unhandled }: GrpcCallout): CalloutResult {
  return {
    kind: "grpc",
    cluster: toText(cluster),
    method: "POST",
    path: toText(path),
    outcome,
    ...(status === null ? {} : { grpcStatus: status }),
    ...(unhandled ? { unhandled } : {}),
  };
}
