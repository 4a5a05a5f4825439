import { describe, expect, it } from "vitest";
import { instantiate } from "./compile.js";
import { seededRandom } from "./seeded-random.js";

const guest = await instantiate(`
  import { Cookies, SameSite, SetCookie } from "as-proxy-wasm-sdk/cookies";
  import { formatHttpDate } from "as-proxy-wasm-sdk/assembly/cookies/http-date";
  export { formatHttpDate };

  let cookies = new Cookies();
  export function parse(header: string, limit: i32): void { cookies = Cookies.parse(header, limit); }
  export function parseBoth(a: string, b: string): void { cookies = Cookies.parseAll([a, b]); }
  export function size(): i32 { return cookies.size; }
  export function truncated(): bool { return cookies.truncated; }
  export function nameAt(index: i32): string { return cookies.nameAt(index); }
  export function valueAt(index: i32): string { return cookies.valueAt(index); }
  export function get(name: string): string | null { return cookies.get(name); }
  export function getAll(name: string): string { return cookies.getAll(name).join("|"); }

  let cookie = new SetCookie("", "");
  export function make(name: string, value: string): void { cookie = new SetCookie(name, value); }
  export function expired(name: string): void { cookie = SetCookie.expired(name); }
  export function path(path: string): void { cookie.path(path); }
  export function domain(domain: string): void { cookie.domain(domain); }
  export function maxAge(seconds: i32): void { cookie.maxAge(seconds); }
  export function expires(seconds: f64): void { cookie.expires(<i64>seconds); }
  export function secure(): void { cookie.secure(); }
  export function httpOnly(): void { cookie.httpOnly(); }
  export function partitioned(): void { cookie.partitioned(); }
  export function sameSite(site: SameSite): void { cookie.sameSite(site); }
  export function build(): string | null { return cookie.build(); }
  export function reason(): string { return cookie.reason; }
`);

const text = (value: string): number => guest.__newString(value);
const answer = (name: string, ...values: string[]): string | null => {
  const result = guest[name]!(...values.map(text));
  return result === 0 ? null : guest.__getString(result);
};
const pairs = (header: string, limit = 300): [string | null, string | null][] => {
  guest["parse"]!(text(header), limit);
  return Array.from({ length: guest["size"]!() }, (_, at) => [
    guest.__getString(guest["nameAt"]!(at)),
    guest.__getString(guest["valueAt"]!(at)),
  ]);
};

describe("Cookies", () => {
  it.each([
    ["SID=31d4d96e407aad42; lang=en-US", [["SID", "31d4d96e407aad42"], ["lang", "en-US"]]], // prettier-ignore
    ['a="quoted; no"; b="x"', [["a", '"quoted'], ["b", "x"]]], // prettier-ignore
    ["a=b=c;d = e ;;=x; flag; f=", [["a", "b=c"], ["d", "e"], ["f", ""]]], // prettier-ignore
    ['a="; b=""', [["a", '"'], ["b", ""]]], // prettier-ignore
    ["a=%20\udcff", [["a", "%20\udcff"]]],
    ["", []],
    [" ; \t", []],
  ])("reads %j", (header, expected) => {
    expect(pairs(header)).toEqual(expected);
  });

  it("finds the first and all of a name", () => {
    pairs("a=1; A=2; a=3");
    expect(answer("get", "a")).toBe("1");
    expect(answer("getAll", "a")).toBe("1|3");
    expect(answer("get", "b")).toBe(null);
  });

  it("reads several headers and stops at the limit", () => {
    guest["parseBoth"]!(text("a=1"), text("b=2"));
    expect(answer("get", "b")).toBe("2");
    expect(pairs("a=1;b=2;c=3", 2).length).toBe(2);
    expect(guest["truncated"]!()).toBe(1);
  });

  it("reads random headers as a plain reading of the rules does", () => {
    const random = seededRandom("cookies");
    for (let round = 0; round < 3_000; round++) {
      const header = Array.from({ length: random(24) }, () => 'ab=;= "\t;c,é'.charAt(random(12))).join("");
      const expected = header
        .split(";")
        .filter((pair) => pair.includes("="))
        .map((pair) => {
          const equals = pair.indexOf("=");
          const trim = (part: string): string => part.replace(/^[ \t]+|[ \t]+$/g, "");
          return [trim(pair.slice(0, equals)), trim(pair.slice(equals + 1)).replace(/^"(.*)"$/, "$1")];
        })
        .filter(([name]) => name !== "");
      expect(pairs(header)).toEqual(expected);
      guest.__collect();
    }
  });
});

describe("SetCookie", () => {
  it("writes every attribute", () => {
    guest["make"]!(text("id"), text("a1"));
    guest["domain"]!(text("example.com"));
    guest["path"]!(text("/app"));
    guest["maxAge"]!(3600);
    guest["expires"]!(784_111_777);
    guest["secure"]!();
    guest["httpOnly"]!();
    guest["sameSite"]!(3);
    guest["partitioned"]!();
    expect(answer("build")).toBe(
      "id=a1; Domain=example.com; Path=/app; Max-Age=3600; Expires=Sun, 06 Nov 1994 08:49:37 GMT; Secure; HttpOnly; SameSite=None; Partitioned",
    );
  });

  it("makes browsers forget", () => {
    guest["expired"]!(text("id"));
    expect(answer("build")).toBe("id=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT");
  });

  it.each([
    ["", "v"],
    ["a b", "v"],
    ["a=b", "v"],
    ["ü", "v"],
    ["a", "v;w"],
    ["a", "v\r\nx: y"],
    ["a", 'v"w'],
    ["a", "\udcff"],
    ["a", "v,w"],
    ["__Host-a", "v"],
    ["__secure-a", "v"],
  ])("refuses the name %j with the value %j", (name, value) => {
    guest["make"]!(text(name), text(value));
    expect(answer("build")).toBe(null);
    expect(answer("reason")).not.toBe("");
  });

  it("accepts quotes around a value, and nothing else in a path or a domain", () => {
    guest["make"]!(text("a"), text('"v"'));
    expect(answer("build")).toBe('a="v"');
    for (const path of ["", "a", "/;x", "/\n"]) {
      guest["make"]!(text("a"), text("v"));
      guest["path"]!(text(path));
      expect(answer("build")).toBe(null);
    }
    guest["make"]!(text("a"), text("v"));
    guest["domain"]!(text("a.com;x"));
    expect(answer("build")).toBe(null);
  });

  it("keeps the rules of prefixes and of SameSite=None", () => {
    guest["make"]!(text("__Host-a"), text("v"));
    guest["secure"]!();
    expect(answer("build")).toBe(null);
    guest["path"]!(text("/"));
    expect(answer("build")).toBe("__Host-a=v; Path=/; Secure");
    guest["domain"]!(text("a.com"));
    expect(answer("build")).toBe(null);
    guest["make"]!(text("a"), text("v"));
    guest["sameSite"]!(3);
    expect(answer("build")).toBe(null);
  });

  it("writes dates as Date.toUTCString does", () => {
    const random = seededRandom("http-date");
    for (let round = 0; round < 2_000; round++) {
      const seconds = random(253_402_300_800);
      const date = guest.__getString(
        (guest["formatHttpDate"] as unknown as (at: bigint) => number)(BigInt(seconds)),
      );
      expect(date).toBe(new Date(seconds * 1000).toUTCString());
    }
  });
});
