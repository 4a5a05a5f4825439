import { Headers, HeadersAction, HttpFilter, LocalReplyOptions, registerHttpFilter } from "as-proxy-wasm-sdk";
import { ApiKeyPlugin } from "./plugin";

/** Lets requests with a known API key through and tells the upstream whose key it was. */
class ApiKey extends HttpFilter {
  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    const plugin = this.plugin<ApiKeyPlugin>();
    // Only this filter says who the client is.
    headers.remove(plugin.identityHeader);

    const key = headers.get(plugin.header);
    if (key === null || key == "") return this.refuse(401, "missing_api_key", "An API key is required.\n");
    const client = plugin.clientOf(key);
    if (client === null) return this.refuse(403, "unknown_api_key", "This API key is not known.\n");

    headers.set(plugin.identityHeader, client);
    // The upstream has no use for the secret.
    headers.remove(plugin.header);
    return HeadersAction.Continue;
  }

  private refuse(status: u32, details: string, body: string): HeadersAction {
    const options = new LocalReplyOptions();
    options.details = details;
    if (status == 401) options.headers = ["www-authenticate", 'ApiKey realm="api"'];
    this.sendLocalReply(status, body, options);
    return HeadersAction.StopAllIterationAndWatermark;
  }
}

registerHttpFilter<ApiKey, ApiKeyPlugin>("api-key");
