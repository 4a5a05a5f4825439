import { Configuration, Counter, Json, log, Plugin } from "as-proxy-wasm-sdk";

/** The configuration: `maxBytes` (largest body, default 65536) and `field` (set to true in every accepted body). */
export class JsonGuardPlugin extends Plugin {
  maxBytes: u32 = 65536;
  field: string = "checked";
  readonly accepted: Counter = new Counter("json_guard.accepted");
  readonly rejected: Counter = new Counter("json_guard.rejected");

  onConfigure(configuration: Configuration): bool {
    this.accepted.define();
    this.rejected.define();
    if (configuration.size == 0) return true;
    const result = Json.parse(configuration.bytes());
    const json = result.value;
    if (json === null) return refuse(`not JSON at byte ${result.offset}: ${result.error}`);
    const members = json.members();
    if (members === null) return refuse("it must be a JSON object");
    for (let i = 0; i < members.length; ++i) {
      const name = members[i].name;
      if (name == "maxBytes") {
        const bytes = members[i].value.asInteger(1, 16777216, 0);
        if (bytes == 0) return refuse("maxBytes must be a whole number from 1 to 16777216");
        this.maxBytes = <u32>bytes;
      } else if (name == "field") {
        const field = members[i].value.asString();
        if (field === null || field == "") return refuse("field must be a member's name");
        this.field = field;
      } else {
        return refuse(`"${name}" is unknown; use maxBytes, field`);
      }
    }
    return true;
  }
}

function refuse(reason: string): bool {
  log.error(`json-guard: bad configuration: ${reason}`);
  return false;
}
