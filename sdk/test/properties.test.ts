import { beforeEach, describe, expect, it } from "vitest";
import { runWithHost, type ScriptedGuest } from "./scripted-host.js";
import { seededRandom } from "./seeded-random.js";

const source = `
import {
  getProperty, getPropertyFlag, getPropertyInteger, getPropertyList, getPropertyMap, getPropertyNumber,
  getPropertyText, setProperty, setPropertyText,
} from "as-proxy-wasm-sdk/assembly/properties/property";
import { PropertyMap } from "as-proxy-wasm-sdk/assembly/properties/property-map";
import * as properties from "as-proxy-wasm-sdk/assembly/properties/properties";
import { lastFailure } from "as-proxy-wasm-sdk/assembly/context/failure";
import { encodeBytes } from "as-proxy-wasm-sdk/assembly/abi/text";

function path(joined: string): string[] { return joined == "" ? [] : joined.split("/"); }

export function size(joined: string): i32 {
  const bytes = getProperty(path(joined));
  return bytes === null ? -1 : bytes.length;
}
export function text(joined: string): string | null { return getPropertyText(path(joined)); }
export function integer(joined: string): i64 { return getPropertyInteger(path(joined)); }
export function number(joined: string): f64 { return getPropertyNumber(path(joined), -0.5); }
export function flag(joined: string): bool { return getPropertyFlag(path(joined)); }
export function list(joined: string): string | null {
  const list = getPropertyList(path(joined));
  return list === null ? null : list.join("|");
}
export function keys(joined: string): string | null {
  const map = getPropertyMap(path(joined));
  return map === null ? null : map.keys().join("|");
}
export function inMap(joined: string, key: string): string | null {
  const map = getPropertyMap(path(joined));
  return map === null ? null : map.text(key);
}
export function hostileMap(map: Uint8Array, key: string): i32 {
  const read = new PropertyMap(map);
  const inner = read.map(key);
  return read.keys().length + (read.text(key) === null ? 0 : 1) + (inner === null ? 0 : inner.keys().length);
}
export function score(joined: string): f64 {
  const map = getPropertyMap(path(joined));
  if (map === null) return -1;
  const inner = map.map("inner");
  return inner === null ? -2 : inner.number("score") + (inner.flag("good") ? 100 : 0) + <f64>inner.list("tags")!.length;
}
export function set(name: string, value: string): bool {
  return setProperty(name, encodeBytes(value)) && setPropertyText(name, value);
}

export function requestPath(): string | null { return properties.request.path(); }
export function requestHeader(name: string): string | null { return properties.request.header(name); }
export function requestTime(): i64 { return properties.request.time(); }
export function requestSize(): i64 { return properties.request.size(); }
export function responseCode(): i64 { return properties.response.code(); }
export function mtls(): bool { return properties.connection.mtls(); }
export function mtlsOrElse(): bool { return properties.connection.mtls(true); }
export function connectionId(): i64 { return properties.connection.id(); }
export function clusterName(): string | null { return properties.xds.clusterName(); }
export function routeMetadata(namespace: string, key: string): string | null {
  return properties.xds.routeMetadata(namespace, key);
}
export function direction(): i32 { return properties.xds.listenerDirection(); }
export function metadata(namespace: string, key: string): string | null {
  return properties.metadata.text(namespace, key);
}
export function metadataNumber(namespace: string, key: string): f64 {
  return properties.metadata.number(namespace, key, -1);
}
export function filterState(key: string): string | null { return properties.filterState.text(key); }
export function vmId(): string | null { return properties.plugin.vmId(); }
export function failure(): string { return lastFailure(); }
export const BYTES = idof<Uint8Array>();
`;

const i64 = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(value);
  return bytes;
};
const f64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
};
const bool = (value: boolean): Buffer => Buffer.from([value ? 1 : 0]);

/** Serialised pairs (abi.md 3.5). */
function pairs(...entries: readonly (readonly [string, Buffer | string])[]): Buffer {
  const head = Buffer.alloc(4 + entries.length * 8);
  head.writeUInt32LE(entries.length);
  const parts: Buffer[] = [head];
  entries.forEach(([key, value], i) => {
    const name = Buffer.from(key);
    const bytes = Buffer.from(value as string);
    head.writeUInt32LE(name.length, 4 + i * 8);
    head.writeUInt32LE(bytes.length, 8 + i * 8);
    parts.push(name, Buffer.alloc(1), bytes, Buffer.alloc(1));
  });
  return Buffer.concat(parts);
}

/** What the host knows, by the path with `/` for NUL; a number is a status. */
let known: Record<string, Buffer | string | number>;
let asked: string[];
let stored: [string, string][];
let guest: ScriptedGuest;
const text = (value: string): number => guest.__newString(value);
const read = (pointer: number): string | null => (pointer === 0 ? null : guest.__getString(pointer));
const failure = (): string => guest.__getString(guest["failure"]!());

beforeEach(async () => {
  known = {};
  asked = [];
  stored = [];
  guest = await runWithHost(source, (memory) => ({
    proxy_get_property(path: number, pathSize: number, value: number, size: number) {
      const name = memory.readText(path, pathSize).replaceAll("\0", "/");
      asked.push(name);
      const answer = name === "" ? 3 : (known[name] ?? 1);
      return typeof answer === "number" ? answer : memory.give(answer, value, size);
    },
    proxy_set_property(path: number, pathSize: number, value: number, size: number) {
      stored.push([memory.readText(path, pathSize), memory.readText(value, size)]);
      return 0;
    },
  }));
});

describe("a property by its path", () => {
  it("is text, an integer, a double, a bool, a map or a list", () => {
    known = {
      "a/text": "välue",
      "a/integer": i64(-5n),
      "a/double": f64(2.5),
      "a/bool": bool(true),
      "a/map": pairs(["one", "1"], ["twö", "2"], ["one", "3"]),
      "a/list": pairs(["x", ""], ["y", ""]),
    };
    expect(read(guest["text"]!(text("a/text")))).toBe("välue");
    expect(guest["integer"]!(text("a/integer"))).toBe(-5n);
    expect(guest["number"]!(text("a/double"))).toBe(2.5);
    expect(guest["flag"]!(text("a/bool"))).toBe(1);
    expect(read(guest["keys"]!(text("a/map")))).toBe("one|twö|one");
    expect(read(guest["inMap"]!(text("a/map"), text("one")))).toBe("1");
    expect(read(guest["inMap"]!(text("a/map"), text("twö")))).toBe("2");
    expect(read(guest["inMap"]!(text("a/map"), text("three")))).toBeNull();
    expect(read(guest["list"]!(text("a/list")))).toBe("x|y");
  });

  it("is null or the default when it is absent, and that is no failure", () => {
    expect(guest["size"]!(text("a"))).toBe(-1);
    expect(read(guest["text"]!(text("a/b")))).toBeNull();
    expect(guest["integer"]!(text("a"))).toBe(-1n);
    expect(guest["number"]!(text("a"))).toBe(-0.5);
    expect(guest["flag"]!(text("a"))).toBe(0);
    expect(read(guest["keys"]!(text("a")))).toBeNull();
    expect(read(guest["list"]!(text("a")))).toBeNull();
    expect(failure()).toBe("");
  });

  it("is empty when it is empty", () => {
    known = { a: "", map: pairs() };
    expect(guest["size"]!(text("a"))).toBe(0);
    expect(read(guest["text"]!(text("a")))).toBe("");
    expect(read(guest["keys"]!(text("a")))).toBe("");
    expect(read(guest["keys"]!(text("map")))).toBe("");
    expect(read(guest["list"]!(text("a")))).toBe("");
  });

  it("is the default when it has another type", () => {
    known = { a: "four", b: bool(true), c: i64(1n) };
    expect(guest["integer"]!(text("a"))).toBe(-1n);
    expect(guest["number"]!(text("a"))).toBe(-0.5);
    expect(guest["flag"]!(text("a"))).toBe(0);
    expect(guest["integer"]!(text("b"))).toBe(-1n);
    expect(guest["flag"]!(text("c"))).toBe(0);
  });

  it.each(["", "a//b", "a/", "/", "a\0b", "a/b\0"])("names nothing with the path %j", (path) => {
    expect(read(guest["text"]!(text(path)))).toBeNull();
    expect(asked).toEqual([]);
  });

  it("says so when the host refuses", () => {
    known = { request: 3 };
    expect(read(guest["text"]!(text("request")))).toBeNull();
    expect(failure()).toBe("the host answered SerializationFailure");
  });

  it("can be stored with the stream, unless nothing could read it back", () => {
    expect(guest["set"]!(text("user"), text("änna"))).toBe(1);
    expect(stored).toEqual([
      ["user", "änna"],
      ["user", "änna"],
    ]);
    for (const name of ["", "us\0er"]) expect(guest["set"]!(text(name), text("x"))).toBe(0);
    expect(stored.length).toBe(2);
  });
});

it("reads maps in maps", () => {
  const inner = pairs(
    ["score", f64(7)],
    ["good", bool(true)],
    ["tags", pairs(["a", ""], ["b", ""], ["c", ""])],
  );
  known = { map: pairs(["inner", inner]), other: pairs(["else", "x"]) };
  expect(guest["score"]!(text("map"))).toBe(110);
  expect(guest["score"]!(text("other"))).toBe(-2);
});

it("reads any bytes as a map without a trap", () => {
  const random = seededRandom("property map");
  const bytesId = Number(guest["BYTES"]);
  const good = pairs(["a", "1"], ["key", pairs(["x", "y"])], ["b", "2"]);
  for (let round = 0; round < 20_000; round++) {
    const bytes = Buffer.from(good.subarray(0, random(2) === 0 ? good.length : random(good.length)));
    for (let hits = random(4); hits > 0 && bytes.length > 0; hits--) {
      bytes[random(bytes.length)] = random(3) === 0 ? 255 : random(256);
    }
    guest["hostileMap"]!(guest.__newArray(bytesId, bytes), text("key"));
    if (round % 100 === 0) {
      guest["endCallback"]!();
      guest.__collect();
    }
  }
  expect(guest["hostileMap"]!(guest.__newArray(bytesId, good), text("key"))).toBe(5);
});

describe("properties", () => {
  it("have a path of their own each", () => {
    known = {
      "request/path": "/a?b",
      "request/headers/x-user": "anna",
      "request/time": i64(1_700_000_000_000_000_000n),
      "response/code": i64(200n),
      "connection/mtls": bool(true),
      plugin_vm_id: "vm",
      "filter_state/wasm.user": "anna",
    };
    expect(read(guest["requestPath"]!())).toBe("/a?b");
    expect(read(guest["requestHeader"]!(text("x-user")))).toBe("anna");
    expect(guest["requestTime"]!()).toBe(1_700_000_000_000_000_000n);
    expect(guest["requestSize"]!()).toBe(-1n);
    expect(guest["responseCode"]!()).toBe(200n);
    expect(guest["mtls"]!()).toBe(1);
    expect(read(guest["vmId"]!())).toBe("vm");
    expect(read(guest["filterState"]!(text("wasm.user")))).toBe("anna");
  });

  it("tell absent from false where the caller says what absent means", () => {
    expect(guest["mtls"]!()).toBe(0);
    expect(guest["mtlsOrElse"]!()).toBe(1);
    known = { "connection/mtls": bool(false) };
    expect(guest["mtlsOrElse"]!()).toBe(0);
  });

  it("have older names where an older Envoy has them", () => {
    known = {
      cluster_name: "old",
      connection_id: i64(7n),
      "route_metadata/filter_metadata/ns/key": "old",
      listener_direction: i64(2n),
    };
    expect(read(guest["clusterName"]!())).toBe("old");
    expect(guest["connectionId"]!()).toBe(7n);
    expect(read(guest["routeMetadata"]!(text("ns"), text("key")))).toBe("old");
    expect(guest["direction"]!()).toBe(2);
    known = { ...known, "xds/cluster_name": "new", "xds/listener_direction": i64(1n) };
    expect(read(guest["clusterName"]!())).toBe("new");
    expect(guest["direction"]!()).toBe(1);
    known = { "xds/listener_direction": i64(99n) };
    expect(guest["direction"]!()).toBe(0);
  });

  it("find metadata by namespace and key, whatever these are", () => {
    known = {
      "metadata/filter_metadata/envoy.lb/canary": "yes",
      "metadata/filter_metadata/envoy.lb/weight": f64(0.5),
      "metadata/filter_metadata/envoy.lb": pairs(["secret", "x"]),
    };
    expect(read(guest["metadata"]!(text("envoy.lb"), text("canary")))).toBe("yes");
    expect(guest["metadataNumber"]!(text("envoy.lb"), text("weight"))).toBe(0.5);
    expect(guest["metadataNumber"]!(text("envoy.lb"), text("canary"))).toBe(-1);
    asked = [];
    // An empty last segment would be the whole namespace, a NUL would be another path.
    expect(read(guest["metadata"]!(text("envoy.lb"), text("")))).toBeNull();
    expect(read(guest["metadata"]!(text(""), text("canary")))).toBeNull();
    expect(read(guest["metadata"]!(text("envoy.lb"), text("can\0ary")))).toBeNull();
    expect(asked).toEqual([]);
  });
});
