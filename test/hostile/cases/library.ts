import { createHmac } from "node:crypto";

import { field, type Fields, http1 } from "../../lab/index.js";
import { type Case, equal, truth } from "../case.js";

const SECRET = "a secret of the issuer, 32 octets";

/** Nothing that a client sends may keep the worker busy for longer. */
const MOST_MS = 1_000;

interface Sent {
  readonly path?: string;
  readonly headers?: Fields;
}

/** What the upstream is told: a name and a value each. */
function reading(name: string, sent: Sent, told: Fields): Case {
  return {
    row: "library",
    name: `library: ${name}`,
    station: "library",
    run: async (bench) => {
      const started = Date.now();
      const response = await http1(bench.port("library"), { path: "/", ...sent });
      equal(response.status, 200, "the status");
      truth(Date.now() - started < MOST_MS, `it took ${Date.now() - started} ms`);
      const headers = bench.upstreamRequest()?.headers ?? [];
      for (const [key, value] of told) equal(field(headers, key), value, key);
    },
  };
}

const header = (key: string, value: string): Sent => ({ headers: [[key, value]] });

const token = (name: string, value: string, subject: string): Case =>
  reading(`token, ${name}`, header("x-token", value), [["x-subject", subject]]);

const cookie = (name: string, value: string, session: string): Case =>
  reading(`cookies, ${name}`, header("cookie", value), [["x-session", session]]);

const query = (name: string, path: string, length: string): Case =>
  reading(`query, ${name}`, { path }, [["x-query", length]]);

const encoded = (name: string, value: string, decoded: string): Case =>
  reading(`encoded text, ${name}`, header("x-encoded", value), [["x-decoded", decoded]]);

function pattern(name: string, source: string, text: string, matches: string): Case {
  const headers: Fields = [
    ["x-pattern", source],
    ["x-text", text],
  ];
  return reading(`pattern, ${name}`, { headers }, [["x-matches", matches]]);
}

const address = (text: string, inside: string): Case =>
  reading(`address ${JSON.stringify(text.slice(0, 20))}`, header("x-address", text), [["x-inside", inside]]);

const part = (text: string) => Buffer.from(text, "latin1").toString("base64url");

function signed(head: string, claims: string): string {
  const text = `${part(head)}.${part(claims)}`;
  return `${text}.${createHmac("sha256", SECRET).update(text).digest("base64url")}`;
}

const HS256 = '{"alg":"HS256"}';

const tokens: readonly Case[] = [
  token("good", signed(HS256, '{"sub":"alice"}'), "alice"),
  token("empty", "", "refused"),
  token("of dots only", ".".repeat(50_000), "refused"),
  token("of three bad parts", "a.b.c", "refused"),
  token("not signed", `${part('{"alg":"none"}')}.${part('{"sub":"alice"}')}.`, "refused"),
  token(
    "signed with something else",
    `${part(HS256)}.${part('{"sub":"alice"}')}.${part("x".repeat(32))}`,
    "refused",
  ),
  token("cut", signed(HS256, '{"sub":"alice"}').slice(0, -5), "refused"),
  token("with a head that is no JSON", signed("\xff\xfe", '{"sub":"alice"}'), "refused"),
  token("with 10,000 arrays for claims", signed(HS256, "[".repeat(10_000)), "refused"),
  token("with null for claims", signed(HS256, "null"), "refused"),
  token("with a number for a subject", signed(HS256, '{"sub":7}'), "nobody"),
  token("with an expiry beyond all doubles", signed(HS256, '{"sub":"alice","exp":1e999}'), "refused"),
  token("with octets that are not UTF-8", "\xff.\xff.\xff", "refused"),
];

const texts: readonly Case[] = [
  cookie("good", "a=1; session=abc; b=2", "abc"),
  cookie("50 KiB of semicolons", ";".repeat(50_000), "none"),
  cookie("ten thousand names", "a=1;".repeat(10_000), "none"),
  cookie("no equals signs", "session", "none"),
  cookie("octets that are not UTF-8", "session=\xff\x80", "\xff\x80"),
  query("good", "/?q=a%20b", "3"),
  query("broken escapes", "/?q=%zz%&%=%", "4"),
  query("NUL and octets that are not UTF-8", "/?q=%00%ff%c3", "3"),
  query("ten thousand parameters", `/?${"a=1&".repeat(10_000)}`, "none"),
  query("question marks only", `/${"?".repeat(50_000)}`, "none"),
  encoded("base64", "YWI=", "base64 base64url percent"),
  encoded("50 KiB of nothing valid", "=".repeat(50_000), "percent"),
  encoded("octets that are not UTF-8", "\xff\x80", "percent"),
  encoded("broken escapes", "%4", ""),
];

const many = "a".repeat(20_000);

const patterns: readonly Case[] = [
  pattern("good", "^/api/.*", "/api/x", "yes, no"),
  pattern("that backtracks elsewhere", "^(a+)+$", `${many}!`, "no, no"),
  pattern("that backtracks elsewhere, alternatives", "^(a|aa)+$", `${many}!`, "no, no"),
  pattern("of 20,000 open groups", "(".repeat(20_000), "a", "no pattern, no glob"),
  pattern("of counts of counts", "((a{1000}){1000}){1000}", "a", "no pattern, no"),
  pattern("with an open class", "[a-", "a", "no pattern, no glob"),
  pattern("of stars only", "*".repeat(200), many, "no pattern, yes"),
  pattern("of 20,000 stars", "*".repeat(20_000), many, "no pattern, no glob"),
  pattern("that is not UTF-8", "\xff+", "\xff\xff", "yes, no"),
];

const addresses: readonly Case[] = [
  address("10.1.2.3:80", "yes"),
  address("[fd00::1]:80", "yes"),
  address("10.1.2.3:99999", "no"),
  address("10.1.2.300:80", "no"),
  address("[::::]:80", "no"),
  address("\xff", "no"),
  address(":".repeat(1_000), "no"),
];

/** Texts of clients, read with the SDK's library. */
export const library: readonly Case[] = [...tokens, ...texts, ...patterns, ...addresses];
