import { ConfigurationReader } from "as-proxy-wasm-sdk/assembly/configuration/reader";
import { each, putInteger, putText } from "./batch";

export { current, prepare, results, variantSize, variantStart, vary } from "./batch";

export function run(count: i32): i32 {
  return each(count, check);
}

function check(input: Uint8Array): void {
  const read = ConfigurationReader.of(input, false);
  const enabled = read.boolean("enabled", true);
  const limit = read.integer("limit", 5, 1, 100);
  const name = read.required("name").string("name", "none", 1, 8);
  const header = read.headerName("header", "x-id");
  const mode = read.choice("mode", ["off", "on"], 0);
  const ratio = read.object("nested").number("ratio", 0, 0, 1);
  const rules = read.objects("rules");
  let paths = "";
  for (let i = 0; i < rules.length; ++i) {
    paths += rules[i].string("path", "-", 1) + rules[i].strings("tags", 0, 3).join("|");
  }
  const keys = read.object("keys");
  const names = keys.names();
  for (let i = 0; i < names.length; ++i) paths += keys.string(names[i], "");
  const problem = read.problem();
  putInteger(problem === null ? 1 : 0);
  if (problem !== null) return;
  putInteger(enabled ? 1 : 0);
  putInteger(limit);
  putText(name);
  putText(header);
  putInteger(mode);
  putInteger(<i64>ratio);
  putText(paths);
}
