import type { HeaderList } from "../byte-string.js";
import { isChunked } from "./framing.js";
import type { RecordedMessage, RecordedStream } from "./recorded-stream.js";

/** What a step `"request"` or `"response"` of a stream's order sends. */
export type MessagePiece =
  | { readonly part: "headers" | "trailers" | "missing" | "end" }
  | { readonly part: "data"; readonly chunk: Uint8Array }
  | { readonly part: "interim"; readonly headers: HeaderList };

/** The pieces of a message in order. Headers that end it are one piece; what follows headers has an end, or trailers, of its own. */
export function messagePieces(
  { headers, body, trailers }: RecordedMessage,
  protocol: RecordedStream["protocol"],
): MessagePiece[] {
  const pieces: MessagePiece[] = [{ part: "headers" }];
  if (body.kind === "missing") pieces.push({ part: "missing" });
  else pieces.push(...body.chunks.map((chunk) => ({ part: "data", chunk }) as const));
  if (trailers !== null) pieces.push({ part: "trailers" });
  // A chunked body of no bytes still ends after the headers, not with them (abi.md 8.2).
  else if (pieces.length > 1 || (protocol === "HTTP/1.1" && isChunked(headers))) pieces.push({ part: "end" });
  return pieces;
}

/** Those of the upstream's side: its interim answers come first. */
export function responsePieces({ protocol, response, interim = [] }: RecordedStream): MessagePiece[] {
  if (response === null) return [];
  return [
    ...interim.map((headers) => ({ part: "interim", headers }) as const),
    ...messagePieces(response, protocol),
  ];
}
