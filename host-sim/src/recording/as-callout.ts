import { firstValue, type HeaderList, toText } from "../byte-string.js";
import type { RecordedCallout, RecordedGrpcAnswer, RecordedHttpAnswer } from "./recorded-callout.js";
import type { RecordedStanding } from "./recording.js";
import type { RecordedStream } from "./recorded-stream.js";

/** What belongs to one connection, or was added by an Envoy on the way. */
const OF_THE_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "transfer-encoding",
  "upgrade",
  "x-envoy-upstream-service-time",
]);

/**
 * A stream that was recorded on the way to a service as the answer of that service to the same call of a filter: by method and path, of
 * gRPC by its method; `match` names headers that tell calls apart as well. Null: the recording has no response, or not all of its body.
 */
export function asCallout(
  { request, response, order }: RecordedStream,
  cluster: string,
  match: readonly string[] = [],
): RecordedStanding | null {
  if (response === null || response.body.kind === "missing") return null;
  const waits = (order ?? []).reduce(
    (sum, step) => sum + (typeof step === "object" && "wait" in step ? step.wait : 0),
    0,
  );
  const delay = waits === 0 ? {} : { delayMs: waits };
  const body = new Uint8Array(Buffer.concat(response.body.chunks));
  const [path, method] = [":path", ":method"].map((name) => firstValue(request.headers, name) ?? "");
  const isGrpc = firstValue(request.headers, "content-type")?.startsWith("application/grpc") ?? false;
  const callout: RecordedCallout = isGrpc
    ? { cluster, method: toText(path!), answer: { ...grpcAnswer(response, body), ...delay } }
    : {
        cluster,
        match: [
          [":method", method!],
          [":path", path!],
          ...request.headers.filter(([name]) => match.includes(name)),
        ],
        answer: { ...httpAnswer(response, body), ...delay },
      };
  return { standing: callout };
}

type Response = NonNullable<RecordedStream["response"]>;

function httpAnswer({ headers, trailers }: Response, body: Uint8Array): RecordedHttpAnswer {
  return { status: Number(firstValue(headers, ":status")), headers: ofTheService(headers), body, trailers };
}

function grpcAnswer({ headers, trailers }: Response, body: Uint8Array): RecordedGrpcAnswer {
  // An answer of trailers alone has everything in its headers.
  const last = trailers ?? headers;
  const status = firstValue(last, "grpc-status");
  const message = firstValue(last, "grpc-message");
  const rest = (list: HeaderList) =>
    ofTheService(list).filter(([name]) => !["content-type", "grpc-status", "grpc-message"].includes(name));
  const [initial, trailing] = [rest(trailers === null ? [] : headers), rest(last)];
  return {
    // A server that gives none is unknown to its caller (abi.md 7.5).
    grpcStatus: status === null ? 2 : Number(status),
    ...(message === null ? {} : { statusMessage: decoded(message) }),
    ...(initial.length === 0 ? {} : { initialMetadata: initial }),
    messages: messagesOf(body),
    ...(trailing.length === 0 ? {} : { trailingMetadata: trailing }),
  };
}

function ofTheService(headers: HeaderList): HeaderList {
  return headers.filter(([name]) => !name.startsWith(":") && !OF_THE_HOP.has(name));
}

/** Five octets of flag and length before each; what breaks off in the middle was not received. */
function messagesOf(body: Uint8Array): Uint8Array[] {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const messages: Uint8Array[] = [];
  for (let at = 0; at + 5 <= body.length;) {
    const end = at + 5 + view.getUint32(at + 1);
    if (end > body.length) break;
    messages.push(body.subarray(at + 5, end));
    at = end;
  }
  return messages;
}

function decoded(message: string): string {
  try {
    return decodeURIComponent(message);
  } catch {
    return toText(message);
  }
}
