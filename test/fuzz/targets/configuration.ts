import { mutate, type Random } from "as-proxy-wasm-sim/explore";
import type { Target } from "../target.js";
import { strictJson } from "./strict-json.js";

const PIECES = [
  '"',
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  "null",
  "true",
  "1",
  "-1",
  "1e9",
  '"name":"x"',
  "é",
  "\xff",
];
const KNOWN = ["enabled", "limit", "name", "header", "mode", "nested", "rules", "keys"];

/** Configurations for a reader with every kind of member: what is accepted, and what then was read. */
export const configuration: Target = {
  name: "configuration",
  entry: "configuration.ts",
  encoding: "utf8",
  generate: (random) => {
    const text = Buffer.from(JSON.stringify(make(random)));
    return random.once(4) ? mutate(random, text, PIECES) : text;
  },
  expected: (input) => {
    const root = strictJson(input)?.value;
    const text = input.toString("latin1");
    // Bytes that are not JSON may be a Struct; and JSON.parse does not tell names that are there twice, or 1.0 from 1, and puts
    // names that are numbers first.
    const strings = text.match(/"[^"]*"\s*:/g) ?? [];
    if (root === undefined || new Set(strings).size < strings.length || /\\|\d[.eE]|"\d+"\s*:/.test(text))
      return undefined;
    return read(root) ?? ["0"];
  },
};

type Members = Record<string, unknown>;

function read(root: unknown): string[] | undefined {
  if (!isObject(root) || Object.keys(root).some((name) => !KNOWN.includes(name))) return undefined;
  const {
    enabled = true,
    limit = 5,
    name,
    header = "x-id",
    mode = "off",
    nested = {},
    rules = [],
    keys = {},
  } = root;
  if (typeof enabled !== "boolean" || !isInteger(limit, 1, 100) || !isText(name, 1, 8)) return undefined;
  if (typeof header !== "string" || !/^:?[!#$%&'*+\-.^_`|~\dA-Za-z]+$/.test(header)) return undefined;
  if (mode !== "off" && mode !== "on") return undefined;
  if (!isObject(nested) || Object.keys(nested).some((name) => name !== "ratio")) return undefined;
  const { ratio = 0 } = nested;
  if (typeof ratio !== "number" || ratio < 0 || ratio > 1) return undefined;
  if (
    !Array.isArray(rules) ||
    !isObject(keys) ||
    !Object.values(keys).every((key) => typeof key === "string")
  )
    return undefined;
  let paths = "";
  for (const rule of rules as unknown[]) {
    if (!isObject(rule) || Object.keys(rule).some((name) => name !== "path" && name !== "tags"))
      return undefined;
    const { path = "-", tags = [] } = rule;
    if (!isText(path, 1) || !Array.isArray(tags) || !tags.every((tag) => isText(tag, 0, 3))) return undefined;
    paths += path + tags.join("|");
  }
  return [
    "1",
    enabled ? "1" : "0",
    String(limit),
    name,
    header,
    mode === "on" ? "1" : "0",
    String(Math.trunc(ratio)),
    paths + Object.values(keys).join(""),
  ];
}

function isObject(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isInteger(value: unknown, least: number, most: number): boolean {
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
}

function isText(value: unknown, least: number, most = Infinity): value is string {
  return typeof value === "string" && value.length >= least && value.length <= most;
}

function make(random: Random): unknown {
  if (random.once(30)) return random.pick([null, [], 1, "x"]);
  const odd = (good: unknown): unknown =>
    random.once(14) ? random.pick([null, 0, 101, "", "123456789", true, [], {}]) : good;
  const members: Members = {
    ...(random.once(2) ? { enabled: odd(random.once(2)) } : {}),
    ...(random.once(2) ? { limit: odd(1 + random.below(100)) } : {}),
    ...(random.once(12) ? {} : { name: odd(random.pick(["a", "éé", "\u{1f600}", "12345678"])) }),
    ...(random.once(3) ? { header: odd(random.pick(["x-a", ":path", "a b", "X_1"])) } : {}),
    ...(random.once(3) ? { mode: odd(random.pick(["on", "off", "On"])) } : {}),
    ...(random.once(3) ? { nested: odd({ ratio: odd(random.below(2)) }) } : {}),
    ...(random.once(3) ? { rules: odd([odd({ path: odd("/a"), tags: odd(["a", "bcd"]) })]) } : {}),
    ...(random.once(4) ? { keys: odd({ k: odd("v"), "k 2": odd("w") }) } : {}),
    ...(random.once(20) ? { unknown: 1 } : {}),
  };
  return members;
}
