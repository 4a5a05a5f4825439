import { statusMessage } from "../abi/grpc";
import { percentDecodeLenient } from "../encoding/percent";

/**
 * What the server said about the status, in plain text. Envoy hands over the raw header, percent-encoded, and puts its own
 * response code details behind it in braces (abi.md E.1).
 */
export function currentStatusMessage(): string {
  const raw = statusMessage();
  return percentDecodeLenient(raw.substring(0, startOfDetails(raw)));
}

/** Where the braces open that close at the end; the end when none do. The details may have braces themselves. */
function startOfDetails(raw: string): i32 {
  let open = 0;
  for (let at = raw.length - 1; at >= 0; --at) {
    const unit = raw.charCodeAt(at);
    if (unit == 0x7d) ++open;
    else if (unit == 0x7b) --open;
    if (open == 0) return unit == 0x7b ? at : raw.length;
  }
  return raw.length;
}
