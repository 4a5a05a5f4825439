import {
  Body,
  BodyAction,
  BodyUse,
  Headers,
  HeadersAction,
  HttpFilter,
  LocalReplyOptions,
  registerHttpFilter,
  toAsciiLowerCase,
} from "as-proxy-wasm-sdk";
import { Json, quote } from "as-proxy-wasm-sdk/json";
import { JsonGuardPlugin } from "./plugin";

/**
 * Checks the JSON body of a request before the upstream sees anything of it: the headers are held
 * (filter.json asks for `allow_on_headers_stop_iteration`) until the whole body is here.
 */
class JsonGuard extends HttpFilter {
  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    if (!isJson(headers.get("content-type"))) return HeadersAction.Continue;
    return this.collectRequestBody(this.plugin<JsonGuardPlugin>().maxBytes, BodyUse.ChangeHeld);
  }

  onRequestBodyTooLarge(): void {
    const limit = this.plugin<JsonGuardPlugin>().maxBytes;
    this.refuse(413, "body_too_large", `the body is larger than ${limit} bytes`);
  }

  onRequestBodyComplete(body: Body): BodyAction {
    const plugin = this.plugin<JsonGuardPlugin>();
    const bytes = body.bytes();
    if (bytes.length == 0) return this.refuse(400, "empty_body", "the body is empty");
    const result = Json.parse(bytes);
    const json = result.value;
    if (json === null) return this.refuse(400, "malformed_json", `byte ${result.offset}: ${result.error}`);
    const checked = json.withMember(plugin.field, "true");
    if (checked === null) return this.refuse(400, "not_an_object", "the body is not a JSON object");

    body.replace(checked);
    plugin.accepted.increment();
    return BodyAction.Continue;
  }

  /** Answers in the upstream's place. */
  private refuse(status: u32, details: string, reason: string): BodyAction {
    const options = new LocalReplyOptions();
    options.headers = ["content-type", "application/json"];
    options.details = details;
    this.sendLocalReply(status, `{"error":"${details}","reason":${quote(reason)}}\n`, options);
    this.plugin<JsonGuardPlugin>().rejected.increment();
    return BodyAction.StopIterationNoBuffer;
  }
}

/** `application/json` and every `application/SOMETHING+json`, parameters aside. */
function isJson(contentType: string | null): bool {
  if (contentType === null) return false;
  const type = toAsciiLowerCase(contentType.split(";")[0].trim());
  return type == "application/json" || (type.startsWith("application/") && type.endsWith("+json"));
}

registerHttpFilter<JsonGuard, JsonGuardPlugin>("json-guard");
