import {
  Body,
  BodyAction,
  BodyUse,
  Headers,
  HeadersAction,
  HttpFilter,
  registerHttpFilter,
} from "as-proxy-wasm-sdk";
import { Json, JsonKind } from "as-proxy-wasm-sdk/json";

/** The largest body that is looked at. */
const LIMIT: u32 = 65536;

/** Marks JSON objects in request bodies as checked; the upstream sees nothing of any other body. */
class CheckRequest extends HttpFilter {
  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    if (headers.get("content-type") != "application/json") return HeadersAction.Continue;
    return this.collectRequestBody(LIMIT, BodyUse.ChangeHeld);
  }

  onRequestBodyComplete(body: Body): BodyAction {
    const checked = check(body);
    if (checked !== null) {
      body.replace(checked);
      return BodyAction.Continue;
    }
    this.sendLocalReply(400, "not a JSON object\n");
    return BodyAction.StopIterationNoBuffer;
  }
}

/** The same without holding the headers, which needs no option of Envoy's. */
class CheckStreamedRequest extends HttpFilter {
  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    if (headers.get("content-type") != "application/json") return HeadersAction.Continue;
    return this.collectRequestBody(LIMIT, BodyUse.Change);
  }

  onRequestBodyComplete(body: Body): BodyAction {
    const checked = check(body);
    if (checked !== null) {
      body.replace(checked);
      return BodyAction.Continue;
    }
    this.sendLocalReply(400, "not a JSON object\n");
    return BodyAction.StopIterationNoBuffer;
  }
}

/** The same for responses: the client gets a 502 in place of what is no JSON object. */
class CheckResponse extends HttpFilter {
  onResponseHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    if (headers.get("content-type") != "application/json") return HeadersAction.Continue;
    return this.collectResponseBody(LIMIT, BodyUse.ChangeHeld);
  }

  onResponseBodyComplete(body: Body): BodyAction {
    const checked = check(body);
    if (checked !== null) {
      body.replace(checked);
      return BodyAction.Continue;
    }
    this.sendLocalReply(502, "the upstream did not send a JSON object\n");
    return BodyAction.StopIterationNoBuffer;
  }
}

/** The object with its mark; null when it is none. */
function check(body: Body): Uint8Array | null {
  const json = Json.parse(body.bytes()).value;
  if (json === null || json.kind != JsonKind.Object) return null;
  return json.withMember("checked", "true");
}

registerHttpFilter<CheckRequest>("check-request");
registerHttpFilter<CheckStreamedRequest>("check-streamed-request");
registerHttpFilter<CheckResponse>("check-response");
