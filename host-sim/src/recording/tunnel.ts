import { firstValue, type HeaderList } from "../byte-string.js";
import type { RecordedStream } from "./recorded-stream.js";

/** A request of HTTP/1.1 that asks for another protocol, or an answer that grants it (RFC 9110 §7.8). One to HTTP/2 in clear text is ignored. */
export function asksForUpgrade(fields: HeaderList): boolean {
  const protocol = firstValue(fields, "upgrade");
  if (protocol === null || protocol.toLowerCase() === "h2c") return false;
  return fields.some(([name, value]) => name === "connection" && /(?:^|,)\s*upgrade\s*(?:,|$)/i.test(value));
}

/** What follows the heads of such a stream is body without framing. */
export function isTunnel({
  protocol,
  request,
  response,
}: Pick<RecordedStream, "protocol" | "request" | "response">): boolean {
  return (
    protocol === "HTTP/1.1" && asksForUpgrade(request.headers) && asksForUpgrade(response?.headers ?? [])
  );
}
