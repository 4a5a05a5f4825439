import { firstValue, type HeaderList } from "../byte-string.js";
import { asksForUpgrade, isTunnel } from "../recording/tunnel.js";
import type { RecordedStream, StreamStep } from "../recording/recorded-stream.js";

/*
 * A connection of HTTP/1.1 that becomes a tunnel (RFC 9110 §7.8): a request asks for it, an answer with the same two fields
 * grants it, and what both sides send then is body without framing or end (abi.md E.8, G; the case peers/upgrades).
 */

/** Whether Envoy lets it through (`upgrade_configs`). */
export function isAllowedUpgrade(fields: HeaderList, types: readonly string[]): boolean {
  const wanted = firstValue(fields, "upgrade")?.toLowerCase() ?? "";
  return types.some((type) => type.toLowerCase() === wanted);
}

/** Of WebSocket: Envoy waits until it has succeeded, as it does with no other upgrade. */
export function isHandshake(request: HeaderList): boolean {
  return asksForUpgrade(request) && firstValue(request, "upgrade")?.toLowerCase() === "websocket";
}

export function isFailedHandshake(request: HeaderList, status: number): boolean {
  return isHandshake(request) && status !== 101 && status < 400;
}

/** The recorded order; in a tunnel without one the client speaks when it is granted, then the upstream, which closes. */
export function orderOf(stream: RecordedStream): readonly StreamStep[] | undefined {
  const { order, request, response } = stream;
  if (order !== undefined || !isTunnel(stream)) return order;
  const chunks = (message: RecordedStream["request"] | null) =>
    message?.body.kind === "recorded" ? message.body.chunks : [];
  return [
    "request",
    "response",
    ...chunks(request).map(() => "request" as const),
    ...chunks(response).map(() => "response" as const),
  ];
}
