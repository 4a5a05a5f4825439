import { Configuration, Json, log, Plugin } from "as-proxy-wasm-sdk";

/**
 * The configuration: `keys` (client name to API key, at least one), `header` (where the key is sent, default `x-api-key`) and
 * `identityHeader` (where the upstream finds the client's name, default `x-api-client`).
 */
export class ApiKeyPlugin extends Plugin {
  header: string = "x-api-key";
  identityHeader: string = "x-api-client";
  private clients: string[] = [];
  private keys: string[] = [];

  onConfigure(configuration: Configuration): bool {
    const result = Json.parse(configuration.bytes());
    const json = result.value;
    if (json === null) return refuse(`not JSON at byte ${result.offset}: ${result.error}`);
    const members = json.members();
    if (members === null) return refuse("it must be a JSON object");
    for (let i = 0; i < members.length; ++i) {
      const name = members[i].name;
      const value = members[i].value;
      if (name == "header" || name == "identityHeader") {
        const header = value.asString();
        if (header === null || header == "") return refuse(`${name} must be a header name`);
        if (name == "header") this.header = header;
        else this.identityHeader = header;
      } else if (name == "keys") {
        if (!this.readKeys(value)) return false;
      } else {
        return refuse(`"${name}" is unknown; use keys, header, identityHeader`);
      }
    }
    return this.keys.length > 0 || refuse("keys must name at least one client");
  }

  /** The client whose key it is; null when nobody's. Takes the same time for every wrong key of the same length. */
  clientOf(key: string): string | null {
    let found = -1;
    for (let i = 0; i < this.keys.length; ++i) {
      if (equalInConstantTime(this.keys[i], key)) found = i;
    }
    return found < 0 ? null : this.clients[found];
  }

  private readKeys(json: Json): bool {
    const members = json.members();
    if (members === null) return refuse("keys must be an object of client names and keys");
    for (let i = 0; i < members.length; ++i) {
      const key = members[i].value.asString();
      if (key === null || key == "")
        return refuse(`keys["${members[i].name}"] must be a string that is not empty`);
      this.clients.push(members[i].name);
      this.keys.push(key);
    }
    return true;
  }
}

/** Compares without stopping at the first difference, so that the time tells nothing about the key. */
function equalInConstantTime(left: string, right: string): bool {
  if (left.length != right.length) return false;
  let difference = 0;
  for (let i = 0; i < left.length; ++i) difference |= left.charCodeAt(i) ^ right.charCodeAt(i);
  return difference == 0;
}

function refuse(reason: string): bool {
  log.error(`api-key: bad configuration: ${reason}`);
  return false;
}
