import {
  Configuration,
  Headers,
  HeadersAction,
  HttpFilter,
  Plugin,
  registerHttpFilter,
} from "as-proxy-wasm-sdk";

/** The configuration: `keys` (a client's name and its key, at least one), `header` (where the key is), `status` (for strangers). */
class KeysPlugin extends Plugin {
  header: string = "";
  status: u32 = 0;
  private clients: string[] = [];
  private keys: string[] = [];

  onConfigure(configuration: Configuration): bool {
    const read = configuration.reader().required("keys");
    this.header = read.headerName("header", "x-api-key");
    this.status = <u32>read.integer("status", 403, 400, 599);
    const keys = read.object("keys");
    this.clients = keys.names();
    for (let i = 0; i < this.clients.length; ++i) this.keys.push(keys.string(this.clients[i], "", 1));
    if (this.keys.length == 0) read.refuse("keys", "must name at least one client");
    return read.done();
  }

  clientOf(key: string | null): string | null {
    const at = key === null ? -1 : this.keys.indexOf(key);
    return at < 0 ? null : this.clients[at];
  }
}

/** Lets requests with a known key through, and tells the upstream whose it was. */
class Keys extends HttpFilter {
  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    const plugin = this.plugin<KeysPlugin>();
    const client = plugin.clientOf(headers.get(plugin.header));
    if (client === null) {
      this.sendLocalReply(plugin.status, "stranger\n");
      return HeadersAction.StopAllIterationAndWatermark;
    }
    headers.set("x-client", client);
    return HeadersAction.Continue;
  }
}

registerHttpFilter<Keys, KeysPlugin>("keys");
