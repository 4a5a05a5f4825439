import { Configuration, Json, JsonKind, log, Plugin } from "as-proxy-wasm-sdk";
import { HeaderRules } from "./rules";

/** The configuration: `{ "request": RULES, "response": RULES }`, each with `remove`, `rename`, `set` and `add`. */
export class HeaderTransformPlugin extends Plugin {
  request: HeaderRules = new HeaderRules();
  response: HeaderRules = new HeaderRules();

  onConfigure(configuration: Configuration): bool {
    if (configuration.size == 0) return refuse("there is none; it must be a JSON object");
    const result = Json.parse(configuration.bytes());
    const json = result.value;
    if (json === null) return refuse(`not JSON at byte ${result.offset}: ${result.error}`);
    const directions = json.members();
    if (directions === null) return refuse("it must be a JSON object");
    for (let i = 0; i < directions.length; ++i) {
      const name = directions[i].name;
      if (name != "request" && name != "response")
        return refuse(`"${name}" is unknown; use request, response`);
      const problem = this.readRules(name == "request" ? this.request : this.response, directions[i].value);
      if (problem != "") return refuse(`${name}${problem}`);
    }
    return true;
  }

  /** Reads one direction's rules; gives what is wrong, or "". */
  private readRules(rules: HeaderRules, json: Json): string {
    const operations = json.members();
    if (operations === null) return " must be an object";
    for (let i = 0; i < operations.length; ++i) {
      const name = operations[i].name;
      const value = operations[i].value;
      if (name == "remove") {
        const names = value.items();
        if (names === null) return ".remove must be a list of header names";
        for (let at = 0; at < names.length; ++at) {
          const header = names[at].asString();
          if (header === null || header == "") return `.remove[${at}] must be a header name`;
          rules.remove.push(header);
        }
      } else if (name == "rename" || name == "set" || name == "add") {
        if (value.kind != JsonKind.Object) return `.${name} must be an object of strings`;
        const pairs = value.members()!;
        const list = name == "rename" ? rules.rename : name == "set" ? rules.set : rules.add;
        for (let at = 0; at < pairs.length; ++at) {
          const text = pairs[at].value.asString();
          if (text === null || pairs[at].name == "") return `.${name}["${pairs[at].name}"] must be a string`;
          list.push(pairs[at].name);
          list.push(text);
        }
      } else {
        return `.${name} is unknown; use remove, rename, set, add`;
      }
    }
    return "";
  }
}

function refuse(reason: string): bool {
  log.error(`header-transform: bad configuration: ${reason}`);
  return false;
}
