import { Configuration, ConfigurationReader, Plugin } from "as-proxy-wasm-sdk";
import { HeaderRules } from "./rules";

/** The configuration: `{ "request": RULES, "response": RULES }`, each with `remove`, `rename`, `set` and `add`. */
export class HeaderTransformPlugin extends Plugin {
  request: HeaderRules = new HeaderRules();
  response: HeaderRules = new HeaderRules();

  onConfigure(configuration: Configuration): bool {
    const read = configuration.reader();
    this.request = readRules(read.object("request"));
    this.response = readRules(read.object("response"));
    return read.done();
  }
}

function readRules(read: ConfigurationReader): HeaderRules {
  const rules = new HeaderRules();
  rules.remove = read.headerNames("remove");
  rules.rename = readPairs(read.object("rename"));
  rules.set = readPairs(read.object("set"));
  rules.add = readPairs(read.object("add"));
  return rules;
}

/** The members of an object of strings: name, value, name, … */
function readPairs(read: ConfigurationReader): string[] {
  const pairs: string[] = [];
  const names = read.names();
  for (let i = 0; i < names.length; ++i) {
    if (names[i] == "") read.refuse("", "is not a header name");
    pairs.push(names[i]);
    pairs.push(read.string(names[i], ""));
  }
  return pairs;
}
