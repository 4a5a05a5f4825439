import { describe, expect, it } from "vitest";
import { instantiate } from "./compile.js";
import { seededRandom } from "./seeded-random.js";

const guest = await instantiate(`
  import { QueryParameters, RequestTarget } from "as-proxy-wasm-sdk/query";

  let parameters = new QueryParameters();
  let target = RequestTarget.parse("");
  export function parse(query: string, limit: i32): void { parameters = QueryParameters.parse(query, limit); }
  export function fromTarget(path: string): void { parameters = QueryParameters.fromTarget(path); }
  export function fromForm(body: Uint8Array): void { parameters = QueryParameters.fromForm(body); }
  export function size(): i32 { return parameters.size; }
  export function truncated(): bool { return parameters.truncated; }
  export function nameAt(index: i32): string { return parameters.nameAt(index); }
  export function valueAt(index: i32): string { return parameters.valueAt(index); }
  export function get(name: string): string | null { return parameters.get(name); }
  export function getAll(name: string): string { return parameters.getAll(name).join("|"); }
  export function has(name: string): bool { return parameters.has(name); }
  export function append(name: string, value: string): void { parameters.append(name, value); }
  export function set(name: string, value: string): void { parameters.set(name, value); }
  export function remove(name: string): bool { return parameters.remove(name); }
  export function toString(): string { return parameters.toString(); }

  export function split(path: string): void { target = RequestTarget.parse(path); }
  export function path(): string { return target.path; }
  export function query(): string | null { return target.query; }
  export function fragment(): string | null { return target.fragment; }
  export function joined(): string { return target.toString(); }
  export function withoutQuery(): string { target.query = null; return target.toString(); }
`);

const text = (value: string): number => guest.__newString(value);
const answer = (name: string, ...values: string[]): string | null => {
  const result = guest[name]!(...values.map(text));
  return result === 0 ? null : guest.__getString(result);
};
const parse = (query: string, limit = 1000): void => void guest["parse"]!(text(query), limit);
const pairs = (): [string, string][] =>
  Array.from({ length: guest["size"]!() }, (_, at) => [
    guest.__getString(guest["nameAt"]!(at)),
    guest.__getString(guest["valueAt"]!(at)),
  ]);

describe("QueryParameters", () => {
  it("keeps order and repeated names", () => {
    parse("a=1&b=2&a=3");
    expect(answer("get", "a")).toBe("1");
    expect(answer("getAll", "a")).toBe("1|3");
    expect(answer("get", "c")).toBe(null);
    expect(guest["has"]!(text("b"))).toBe(1);
    guest["set"]!(text("a"), text("x y"));
    guest["append"]!(text("ü"), text("&="));
    expect(answer("toString")).toBe("a=x+y&b=2&%C3%BC=%26%3D");
    expect(guest["remove"]!(text("a"))).toBe(1);
    expect(guest["remove"]!(text("a"))).toBe(0);
    expect(answer("toString")).toBe("b=2&%C3%BC=%26%3D");
  });

  it("stops at the limit and says so", () => {
    parse("a=1&b=2&c=3", 2);
    expect(guest["size"]!()).toBe(2);
    expect(guest["truncated"]!()).toBe(1);
    parse("a=1&&b=2&&", 2);
    expect(guest["truncated"]!()).toBe(0);
  });

  it("answers with empty text outside its range", () => {
    parse("a=1");
    for (const index of [-1, 1, 2 ** 31 - 1]) expect(guest.__getString(guest["nameAt"]!(index))).toBe("");
  });

  it("reads targets and forms", () => {
    guest["fromTarget"]!(text("/p?a=%2B+#b=2"));
    expect(pairs()).toEqual([["a", "+ "]]);
    guest["fromTarget"]!(text("/p"));
    expect(pairs()).toEqual([]);
    guest["fromForm"]!(guest.newBytes(Buffer.from([0x61, 0x3d, 0xff, 0x26, 0x62])));
    expect(pairs()).toEqual([
      ["a", "\udcff"],
      ["b", ""],
    ]);
  });

  it("reads and writes as URLSearchParams does", () => {
    const random = seededRandom("query");
    for (let round = 0; round < 3_000; round++) {
      const query = Array.from({ length: random(20) }, () => [..."aab&&==+%%2é😀?~*'"][random(18)]).join("");
      // Node 20 and 22 garble a plain "é" beside octets that are not UTF-8, so they get it encoded.
      const expected = new URLSearchParams(`?${query.replaceAll(/[é😀]/gu, encodeURIComponent)}`);
      parse(query);
      const wellFormed = ([name, value]: [string, string]): [string, string] => [asUtf8(name), asUtf8(value)];
      expect(pairs().map(wellFormed), query).toEqual([...expected]);
      if (
        !/[\udc80-\udcff]/.test(
          pairs()
            .join()
            .replaceAll(/[\ud800-\udbff][\udc00-\udfff]/g, ""),
        )
      )
        expect(answer("toString")).toBe(expected.toString());
      guest.__collect();
    }
  });
});

/** What a reader of UTF-8 makes of our octets. */
function asUtf8(value: string): string {
  const octets = Buffer.concat(
    [...value].map((character) => {
      const code = character.codePointAt(0)!;
      return code >= 0xdc80 && code <= 0xdcff ? Buffer.from([code & 0xff]) : Buffer.from(character);
    }),
  );
  return octets.toString();
}

describe("RequestTarget", () => {
  it.each([
    ["/a/b?x=1&y#top", "/a/b", "x=1&y", "top"],
    ["/a#b?c", "/a", null, "b?c"],
    ["/a?b?c", "/a", "b?c", null],
    ["/a?", "/a", "", null],
    ["/%2e%2E//?#", "/%2e%2E//", "", ""],
    ["*", "*", null, null],
    ["", "", null, null],
  ])("splits %j and joins it again", (target, path, query, fragment) => {
    guest["split"]!(text(target));
    expect([answer("path"), answer("query"), answer("fragment")]).toEqual([path, query, fragment]);
    expect(answer("joined")).toBe(target);
  });

  it("can be changed", () => {
    guest["split"]!(text("/a?token=1#f"));
    expect(answer("withoutQuery")).toBe("/a#f");
  });
});
