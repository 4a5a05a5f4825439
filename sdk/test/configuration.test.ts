import { describe, expect, it } from "vitest";
import { instantiate } from "./compile.js";
import { seededRandom } from "./seeded-random.js";

const guest = await instantiate(`
  import { ConfigurationReader } from "as-proxy-wasm-sdk/assembly/configuration/reader";
  import { reset } from "as-proxy-wasm-sdk/assembly/abi/arena";

  /** Reads everything that can be configured, as a plugin does; what it read, or what is wrong. */
  export function configure(bytes: Uint8Array, optional: bool): string {
    const read = ConfigurationReader.of(bytes, optional);
    let text = "";
    text += "limit=" + read.integer("limit", 10, 1, 1000).toString();
    text += " ratio=" + read.number("ratio", 0.5, 0, 1).toString();
    text += " on=" + read.boolean("on", true).toString();
    text += " field=" + read.string("field", "checked", 1, 8);
    text += " header=" + read.headerName("header", "x-api-key");
    text += " mode=" + read.choice("mode", ["off", "warn", "block"], 1).toString();
    text += " tags=" + read.strings("tags", 1).join("|");
    text += " ports=" + read.integers("ports", 1, 65535).join("|");
    text += " hidden=" + read.headerNames("hidden").join("|");

    const tls = read.object("tls").required("certificate");
    text += " tls=" + tls.string("certificate", "none") + (tls.present ? "!" : "");

    const rules = read.objects("rules");
    for (let i = 0; i < rules.length; ++i) {
      text += " rule=" + rules[i].required("header").headerName("header", "x-rule");
    }
    const keys = read.object("keys");
    const clients = keys.names();
    for (let i = 0; i < clients.length; ++i) {
      const key = keys.string(clients[i], "", 1);
      if (i < 3 || i == clients.length - 1) text += " key:" + clients[i] + "=" + key;
    }
    const raw = read.json("raw");
    if (raw !== null) text += " raw=" + raw.toString();
    if (raw !== null && raw.isNull) read.refuse("raw", "must be anything but null");

    const problem = read.problem();
    reset();
    return problem === null ? text : problem;
  }
  export function nothing(bytes: Uint8Array): string {
    const problem = ConfigurationReader.of(bytes, true).problem();
    return problem === null ? "good" : problem;
  }
`);

function configure(text: string | Uint8Array, optional = false): string {
  const bytes = typeof text === "string" ? Buffer.from(text) : text;
  const answer = guest.__getString(guest["configure"]!(guest.newBytes(bytes), Number(optional)))!;
  guest["__collect"]!();
  return answer;
}

const DEFAULTS =
  "limit=10 ratio=0.5 on=true field=checked header=x-api-key mode=1 tags= ports= hidden= tls=none";

it("gives every member that is absent its default", () => {
  expect(configure("{}")).toBe(DEFAULTS);
});

it("reads every kind of member", () => {
  const configuration = {
    limit: 1000,
    ratio: 0.25,
    on: false,
    field: "é",
    header: ":path",
    mode: "block",
    tags: ["a", "b"],
    ports: [80, 443],
    hidden: ["cookie"],
    tls: { certificate: "pem" },
    rules: [{ header: "x-one" }, { header: "x-two" }],
    keys: { "my client": "secret", "": "none" },
    raw: [1, { deep: true }],
  };
  expect(configure(JSON.stringify(configuration, null, 2))).toBe(
    "limit=1000 ratio=0.25 on=false field=é header=:path mode=2 tags=a|b ports=80|443 hidden=cookie tls=pem! " +
      'rule=x-one rule=x-two key:my client=secret key:=none raw=[\n    1,\n    {\n      "deep": true\n    }\n  ]',
  );
});

it("reads a google.protobuf.Struct as JSON", () => {
  // fields { key: "limit" value { number_value: 7 } } fields { key: "on" value { bool_value: false } }
  const struct = Buffer.from("0a120a056c696d69741209110000000000001c400a080a026f6e12022000", "hex");
  expect(configure(struct)).toBe(DEFAULTS.replace("limit=10", "limit=7").replace("on=true", "on=false"));
});

it("takes nothing for an empty object when it is optional", () => {
  expect(configure("", true)).toBe(DEFAULTS);
});

describe("a configuration that is no object", () => {
  it.each([
    ["", "configuration must be a JSON object; there is none"],
    ["null", "configuration must be a JSON object; it is null"],
    ["[]", "configuration must be a JSON object; it is a list"],
    ["7", "configuration must be a JSON object; it is 7"],
    ['"x"', "configuration must be a JSON object; it is a string"],
    [
      '{\n  "limit": 1,\n}',
      "configuration is not JSON: a member's name is due at byte 16 (line 3, column 1)",
    ],
    ["limit: 10", "configuration is not JSON: a value is due at byte 0 (line 1, column 1)"],
    [
      Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
      "configuration is not JSON: a string that is not UTF-8 at byte 2 (line 1, column 3)",
    ],
    ["[".repeat(1_000_000), "configuration is not JSON: nested too deeply at byte 256 (line 1, column 257)"],
  ])("%j is refused", (text, reason) => {
    expect(configure(text)).toBe(reason);
    if (text !== "") expect(configure(text, true)).toBe(reason);
  });
});

describe("a member that is wrong", () => {
  it.each([
    ['{"limit":0}', "configuration.limit must be a whole number from 1 to 1000; it is 0"],
    ['{"limit":1001}', "configuration.limit must be a whole number from 1 to 1000; it is 1001"],
    ['{"limit":1.5}', "configuration.limit must be a whole number from 1 to 1000; it is 1.5"],
    ['{"limit":"64 KiB"}', "configuration.limit must be a whole number from 1 to 1000; it is a string"],
    ['{"limit":null}', "configuration.limit must be a whole number from 1 to 1000; it is null"],
    ['{"ratio":1.01}', "configuration.ratio must be a number from 0 to 1; it is 1.01"],
    ['{"ratio":1e999}', "configuration.ratio must be a number from 0 to 1; it is 1e999"],
    ['{"on":"yes"}', "configuration.on must be true or false; it is a string"],
    ['{"field":7}', "configuration.field must be a string that is not empty; it is 7"],
    ['{"field":""}', "configuration.field must be a string that is not empty"],
    ['{"field":"123456789"}', "configuration.field must have at most 8 characters; it has 9"],
    ['{"header":7}', "configuration.header must be a header name; it is 7"],
    ['{"header":"x key"}', 'configuration.header must be a header name; it is "x key"'],
    ['{"header":""}', 'configuration.header must be a header name; it is ""'],
    ['{"header":":"}', 'configuration.header must be a header name; it is ":"'],
    ['{"mode":"on"}', 'configuration.mode must be "off", "warn" or "block"; it is "on"'],
    ['{"mode":0}', 'configuration.mode must be "off", "warn" or "block"; it is 0'],
    ['{"tags":"a"}', "configuration.tags must be a list of strings; it is a string"],
    ['{"tags":["a",1]}', "configuration.tags[1] must be a string that is not empty; it is 1"],
    ['{"ports":[0]}', "configuration.ports[0] must be a whole number from 1 to 65535; it is 0"],
    ['{"hidden":["a b"]}', 'configuration.hidden[0] must be a header name; it is "a b"'],
    ['{"tls":[]}', "configuration.tls must be an object; it is a list"],
    ['{"tls":{}}', "configuration.tls.certificate is missing"],
    ['{"rules":{}}', "configuration.rules must be a list of objects; it is an object"],
    ['{"rules":[{"header":"a"},7]}', "configuration.rules[1] must be an object; it is 7"],
    ['{"rules":[{"header":"a"},{}]}', "configuration.rules[1].header is missing"],
    [
      '{"rules":[{"header":"a"},{"header":7}]}',
      "configuration.rules[1].header must be a header name; it is 7",
    ],
    ['{"keys":{"my client":""}}', 'configuration.keys["my client"] must be a string that is not empty'],
    ['{"keys":{"a":"1","b":"2","a":"3"}}', "configuration.keys.a is there twice"],
    ['{"limit":1,"\\u006cimit":2}', "configuration.limit is there twice"],
    ['{"raw":null}', "configuration.raw must be anything but null"],
    [
      '{"limits":1}',
      "configuration.limits is unknown; known are limit, ratio, on, field, header, mode, tags, ports, hidden, tls, rules, keys, raw",
    ],
    ['{"tls":{"certificate":"a","key":"b"}}', "configuration.tls.key is unknown; known are certificate"],
    [
      `{"header":"${"x".repeat(50)} "}`,
      `configuration.header must be a header name; it is "${"x".repeat(40)}…"`,
    ],
  ])("%s is refused", (text, reason) => {
    expect(configure(text)).toBe(reason);
  });

  it("is the first of several", () => {
    expect(configure('{"unknown":1,"mode":"x","limit":0}')).toMatch(/^configuration\.limit /);
  });

  it("is unknown where nothing is read", () => {
    const put = guest.newBytes(Buffer.from('{"a":1}'));
    expect(guest.__getString(guest["nothing"]!(put))).toBe("configuration.a is unknown; nothing may be here");
  });
});

it("reads a map of 100,000 names in no time", () => {
  const keys = Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`client${at}`, "key"]));
  expect(configure(JSON.stringify({ keys }))).toContain("key:client99999=key");
});

it("never traps on mutations, and refuses or reads them", () => {
  const random = seededRandom("configuration");
  const document =
    '{"limit":5,"ratio":0.1,"on":true,"field":"a","header":"b","mode":"off","tags":["a"],"ports":[1],"tls":{"certificate":"c"},"rules":[{"header":"a"}],"keys":{"a":"b"},"raw":{}}';
  const alphabet = '{}[]",:\\u0019.e-tfn \nab';
  let good = 0;
  for (let round = 0; round < 10_000; round++) {
    let text = document;
    for (let edits = 1 + random(3); edits > 0; edits--) {
      const at = random(text.length + 1);
      text =
        text.slice(0, at) + (random(3) ? alphabet[random(alphabet.length)] : "") + text.slice(at + random(3));
    }
    const answer = configure(text, random(2) === 0);
    expect(answer).toMatch(/^(configuration|limit=)/);
    if (answer.startsWith("limit=")) good += 1;
  }
  expect(good).toBeGreaterThan(100);
});
