/** The filter of these tests, in AssemblyScript: does a little of everything with what it gets. */
export const filterSource = `
import { Body, BodyAction, Counter, Headers, HeadersAction, Histogram, HttpFilter, log, registerHttpFilter } from "as-proxy-wasm-sdk";

const requests = new Counter("requests");
const odd = new Counter("</script><script>window.owned=9</script>");
const lengths = new Histogram("path_length");

class Busy extends HttpFilter {
  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    requests.increment();
    odd.increment();
    const path = headers.get(":path")!;
    lengths.record(path.length);
    const text = headers.get("x-log");
    if (text !== null) log.warn(text);
    if (path.startsWith("/deny")) {
      this.sendLocalReply(403, "denied: " + path + "\\n");
      return HeadersAction.Continue;
    }
    if (path == "/hold") return HeadersAction.StopAllIterationAndBuffer;
    headers.set("x-user", "ada");
    headers.remove("cookie");
    if (text !== null) headers.set("x-plain", text + " (seen)");
    return HeadersAction.Continue;
  }

  onResponseHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    const reply = headers.get("x-reply");
    if (reply !== null) headers.add("x-copy", reply);
    headers.set("x-frame-options", "DENY");
    headers.remove("content-length");
    return HeadersAction.Continue;
  }

  onResponseBody(body: Body, endOfStream: bool): BodyAction {
    if (endOfStream) body.append(Uint8Array.wrap(String.UTF8.encode("\\nsigned: </script><img src=x onerror=window.owned=10>")));
    return BodyAction.Continue;
  }
}

registerHttpFilter<Busy>("hello");
`;
