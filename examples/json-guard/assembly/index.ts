import {
  Body,
  BodyAction,
  Headers,
  HeadersAction,
  HttpFilter,
  LocalReplyOptions,
  registerHttpFilter,
  toAsciiLowerCase,
  TrailersAction,
} from "as-proxy-wasm-sdk";
import { Json, quote } from "as-proxy-wasm-sdk/json";
import { JsonGuardPlugin } from "./plugin";

/**
 * Checks the JSON body of a request before the upstream sees anything of it: the headers are held
 * (filter.json asks for `allow_on_headers_stop_iteration`) until the whole body is here.
 */
class JsonGuard extends HttpFilter {
  /** This request has a JSON body that is not yet judged. */
  private guarding: bool = false;

  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    if (!isJson(headers.get("content-type"))) return HeadersAction.Continue;
    if (endOfStream) {
      this.refuse(400, "empty_body", "the body is empty");
      return HeadersAction.StopAllIterationAndWatermark;
    }
    this.guarding = true;
    return HeadersAction.StopIterationHeadersOnly;
  }

  onRequestBody(body: Body, endOfStream: bool): BodyAction {
    if (!this.guarding) return BodyAction.Continue;
    const limit = this.plugin<JsonGuardPlugin>().maxBytes;
    if (body.size > limit) {
      this.refuse(413, "body_too_large", `the body is larger than ${limit} bytes`);
      return BodyAction.StopIterationNoBuffer;
    }
    // Without the end there may be trailers, and then no call says that the body is complete.
    if (!endOfStream) return BodyAction.StopIterationAndBuffer;
    return this.judge(body) ? BodyAction.Continue : BodyAction.StopIterationNoBuffer;
  }

  onRequestTrailers(trailers: Headers): TrailersAction {
    if (!this.guarding) return TrailersAction.Continue;
    return this.judge(this.requestBody) ? TrailersAction.Continue : TrailersAction.StopIteration;
  }

  /** Decides over the complete body, which is still held, with the headers. */
  private judge(body: Body): bool {
    const plugin = this.plugin<JsonGuardPlugin>();
    const bytes = body.bytes();
    if (bytes.length == 0) return this.refuse(400, "empty_body", "the body is empty");
    const result = Json.parse(bytes);
    const json = result.value;
    if (json === null) return this.refuse(400, "malformed_json", `byte ${result.offset}: ${result.error}`);
    const checked = json.withMember(plugin.field, "true");
    if (checked === null) return this.refuse(400, "not_an_object", "the body is not a JSON object");

    body.replace(checked);
    const headers = this.requestHeaders;
    if (headers.has("content-length")) headers.set("content-length", `${checked.length}`);
    plugin.accepted.increment();
    this.guarding = false;
    return true;
  }

  /** Answers in the upstream's place. */
  private refuse(status: u32, details: string, reason: string): bool {
    const options = new LocalReplyOptions();
    options.headers = ["content-type", "application/json"];
    options.details = details;
    this.sendLocalReply(status, `{"error":"${details}","reason":${quote(reason)}}\n`, options);
    this.plugin<JsonGuardPlugin>().rejected.increment();
    this.guarding = false;
    return false;
  }
}

/** `application/json` and every `application/SOMETHING+json`, parameters aside. */
function isJson(contentType: string | null): bool {
  if (contentType === null) return false;
  const type = toAsciiLowerCase(contentType.split(";")[0].trim());
  return type == "application/json" || (type.startsWith("application/") && type.endsWith("+json"));
}

registerHttpFilter<JsonGuard, JsonGuardPlugin>("json-guard");
