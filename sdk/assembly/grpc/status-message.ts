import { statusMessage } from "../abi/grpc";
import { percentDecodeLenient } from "../encoding/percent";

/**
 * What the server said about the status, in plain text. Envoy hands over the raw header, percent-encoded, and puts its own
 * response code details behind it in braces (abi.md E.1).
 */
export function currentStatusMessage(): string {
  const raw = statusMessage();
  const details = raw.endsWith("}") ? raw.lastIndexOf("{") : -1;
  return percentDecodeLenient(details < 0 ? raw : raw.substring(0, details));
}
