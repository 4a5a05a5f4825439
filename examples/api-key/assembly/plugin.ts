import { Configuration, Plugin } from "as-proxy-wasm-sdk";
import { constantTimeEqualsText } from "as-proxy-wasm-sdk/crypto";

/**
 * The configuration: `keys` (client name to API key, at least one), `header` (where the key is sent, default `x-api-key`) and
 * `identityHeader` (where the upstream finds the client's name, default `x-api-client`).
 */
export class ApiKeyPlugin extends Plugin {
  header: string = "";
  identityHeader: string = "";
  private clients: string[] = [];
  private keys: string[] = [];

  onConfigure(configuration: Configuration): bool {
    const read = configuration.reader();
    this.header = read.headerName("header", "x-api-key");
    this.identityHeader = read.headerName("identityHeader", "x-api-client");

    const keys = read.object("keys");
    this.clients = keys.names();
    for (let i = 0; i < this.clients.length; ++i) this.keys.push(keys.string(this.clients[i], "", 1));
    if (this.keys.length == 0) read.refuse("keys", "must name at least one client");
    return read.done();
  }

  /** The client whose key it is; null when nobody's. Takes the same time for every wrong key of the same length. */
  clientOf(key: string): string | null {
    let found = -1;
    for (let i = 0; i < this.keys.length; ++i) {
      if (constantTimeEqualsText(this.keys[i], key)) found = i;
    }
    return found < 0 ? null : this.clients[found];
  }
}
