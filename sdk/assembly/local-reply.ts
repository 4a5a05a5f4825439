import { proxy_send_local_response } from "./abi/env";
import * as pairs from "./abi/pairs";
import { Status } from "./abi/status";
import { encode, encodedSize } from "./abi/text";

/** What a filter may say besides status and body when it answers by itself. */
export class LocalReplyOptions {
  /** Headers: names at even places, values at odd ones. Envoy adds `content-length`, and `content-type` if missing. */
  headers: string[] = [];
  /** Shown in access logs as the response code details; white space becomes `_`. */
  details: string = "";
  /** The status for a gRPC client, 0–16; -1: made from the HTTP status. */
  grpcStatus: i32 = -1;
}

/**
 * Answers the client of the current stream, who gets nothing else; the message in hand is dropped, and the callback's
 * return value no longer matters. The answer passes this filter's own response callbacks (abi.md 8.4). Once a response's
 * headers have left, it can only cut the connection. False: the status is not one of HTTP's (200–599).
 */
export function sendLocalReply(status: u32, body: string, options: LocalReplyOptions | null): bool {
  if (status < 200 || status > 599) return false;
  const text = encode(body);
  const textSize = encodedSize;
  if (options === null) {
    return proxy_send_local_response(status, 0, 0, text, textSize, 0, 0, -1) == Status.Ok;
  }
  const details = encode(options.details);
  const detailsSize = encodedSize;
  const headers = pairs.write(options.headers);
  return (
    proxy_send_local_response(
      status,
      details,
      detailsSize,
      text,
      textSize,
      headers,
      pairs.writtenSize,
      options.grpcStatus,
    ) == Status.Ok
  );
}
