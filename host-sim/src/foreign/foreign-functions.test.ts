// Foreign functions (abi.md 5.16, 6.4). Sentences and statuses were measured in Envoy 1.40.
import { generateKeyPairSync, sign } from "node:crypto";
import { deflateSync, inflateSync } from "node:zlib";
import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { expect, test } from "vitest";
import { logged, runOne } from "../testing/run-filter.js";
import { header, stream } from "../testing/streams.js";
import { Expressions } from "./expressions.js";
import type { ForeignCaller } from "./foreign-function.js";
import { findForeignFunction } from "./foreign-functions.js";

type Fields = Readonly<Record<number, string | Uint8Array | number>>;

function message(fields: Fields): Uint8Array {
  const writer = new BinaryWriter();
  for (const [field, value] of Object.entries(fields)) {
    if (typeof value === "number") writer.tag(Number(field), WireType.Varint).int32(value);
    else writer.tag(Number(field), WireType.LengthDelimited).bytes(Buffer.from(value));
  }
  return writer.finish();
}

const nobody: ForeignCaller = {
  declareProperty: () => false,
  setFilterState: () => false,
  clearRouteCache: () => undefined,
  getProperty: () => ({ ok: false, status: 1 }),
  expressions: new Expressions(),
};

function call(name: string, args: Uint8Array, caller = nobody) {
  const outcome = findForeignFunction(name)?.(args, { effective: caller, current: caller });
  if (outcome === undefined) throw new Error(`${name} does not exist`);
  return outcome;
}

/** Result flag and text (or size) of an answer. */
function verdict(name: string, fields: Fields): string {
  const { status, result } = call(name, message(fields));
  if (result === null) return `status ${status}`;
  const reader = new BinaryReader(result);
  const parts: string[] = [];
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (type === WireType.Varint) {
      parts.push(String(reader.bool()));
      continue;
    }
    const value = Buffer.from(reader.bytes()).toString();
    parts.push(name === "sign" && field === 2 ? "signature" : value);
  }
  return parts.join(" ");
}

test("compress and uncompress are zlib", () => {
  const { result } = call("compress", Buffer.from("hello hello"));
  expect(inflateSync(result ?? "").toString()).toBe("hello hello");
  expect(call("uncompress", deflateSync("abc")).result).toEqual(Buffer.from("abc"));
  expect(call("uncompress", Buffer.concat([deflateSync("abc"), Buffer.from("zzz")])).status).toBe(0);
  for (const junk of ["", "junk", deflateSync("hello").subarray(0, 8)])
    expect(call("uncompress", Buffer.from(junk))).toEqual({ status: 3, result: null });
});

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const ed = generateKeyPairSync("ed25519");
const text = Buffer.from("text");

test.each([
  ["RSA", rsa],
  ["ECDSA", ec],
])("verify_signature with %s", (_name, { publicKey, privateKey }) => {
  const der = publicKey.export({ type: "spki", format: "der" });
  const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
  const good = { 1: "sha256", 2: der, 3: sign("sha256", text, privateKey), 4: text };
  const check = (changes: Fields) => verdict("verify_signature", { ...good, ...changes });
  expect(check({})).toBe("true");
  expect(check({ 1: "SHA256" })).toBe("true");
  expect(check({ 2: "", 5: pem })).toBe("true");
  expect(check({ 4: "other" })).toBe("Failed to verify digest. Error code: 0");
  expect(check({ 1: "sha384" })).toBe("Failed to verify digest. Error code: 0");
  expect(check({ 3: "" })).toBe("Failed to verify digest. Error code: 0");
  expect(check({ 1: "md5" })).toBe("md5 is not supported.");
  expect(check({ 2: "junk" })).toBe("Failed to initialize digest verify.");
  expect(check({ 2: "", 5: "junk" })).toBe("Failed to initialize digest verify.");
  expect(check({ 2: ed.publicKey.export({ type: "spki", format: "der" }) })).toBe(
    "Failed to initialize digest verify.",
  );
  expect(check({ 5: pem })).toBe("status 2");
  expect(check({ 2: "" })).toBe("status 2");
  expect(call("verify_signature", Buffer.from("junk")).status).toBe(2);
});

test.each([
  ["RSA", rsa],
  ["ECDSA", ec],
])("sign with %s", (_name, { publicKey, privateKey }) => {
  const der = privateKey.export({ type: "pkcs8", format: "der" });
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const check = (changes: Fields) => verdict("sign", { 1: "sha256", 2: der, 3: text, ...changes });
  expect(check({})).toBe("true signature");
  expect(check({ 2: "", 4: pem })).toBe("true signature");
  expect(check({ 1: "md5" })).toBe("md5 is not supported.");
  const noKey = "Invalid key type: private key required for signing operation.";
  expect(check({ 2: "junk" })).toBe(noKey);
  expect(check({ 2: publicKey.export({ type: "spki", format: "der" }) })).toBe(noKey);
  expect(check({ 2: ed.privateKey.export({ type: "pkcs8", format: "der" }) })).toBe(
    "Invalid private key: key data is corrupted or malformed.",
  );
  expect(check({ 4: pem })).toBe("status 2");
});

test.each([
  ["envoy.tcp_proxy.cluster", "x", 0],
  ["envoy.upstream.dynamic_port", "80", 0],
  ["envoy.upstream.dynamic_port", "x", 2],
  ["envoy.network.ip", "10.0.0.1", 0],
  ["envoy.network.ip", "10.0.0.1:80", 2],
  ["envoy.network.transport_socket.original_dst_address", "10.0.0.1:80", 0],
  ["envoy.network.transport_socket.original_dst_address", "10.0.0.1", 2],
  ["nope", "x", 1],
])("set_envoy_filter_state %s = %s answers %i", (path, value, status) => {
  const stream = { ...nobody, setFilterState: () => true };
  expect(call("set_envoy_filter_state", message({ 1: path, 2: value }), stream).status).toBe(status);
  // Without a stream there is nowhere to put it.
  expect(call("set_envoy_filter_state", message({ 1: path, 2: value })).status).toBe(
    status === 0 ? 1 : status,
  );
});

test("an argument that is no message, or whose text is not UTF-8, is refused", () => {
  const bad = message({ 1: Buffer.from([0xff]) });
  for (const name of ["declare_property", "set_envoy_filter_state"]) {
    expect(call(name, Buffer.from("junk")).status).toBe(2);
    expect(call(name, bad).status).toBe(2);
  }
});

// A message of strings up to 127 bytes, made in the guest.
const field = `function field(number: i32, text: string): string { return String.fromCharCode((number << 3) | 2) + String.fromCharCode(text.length) + text; }`;

test("a property declared read-only in configure can be set once", async () => {
  const exchange = await runOne(
    field +
      `export function proxy_on_configure(id: i32, size: i32): i32 {
         log(foreign("declare_property", bytes(field(1, "once") + "\\x10\\x01")) + foreign("declare_property", bytes(field(1, "once"))));
         return 1; }
       function set(text: string): i32 { const key = bytes("once"); const value = bytes(text); return proxy_set_property(address(key), key.byteLength, address(value), value.byteLength); }
       export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 {
         log(set("1").toString() + set("2").toString() + property("once") + property("filter_state|wasm.once")); return 0; }`,
    stream(),
  );
  expect(logged(exchange)).toEqual(["0211"]);
});

test("a filter state object shows as a property, and needs a stream in effect", async () => {
  const exchange = await runOne(
    field +
      `function put(): string { return foreign("set_envoy_filter_state", bytes(field(1, "envoy.tcp_proxy.cluster") + field(2, "blue"))); }
       export function proxy_on_configure(id: i32, size: i32): i32 { log(put()); return 1; }
       export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 { log(put() + property("filter_state|envoy.tcp_proxy.cluster")); return 0; }`,
    stream(),
  );
  expect(logged(exchange)).toEqual(["blue"]);
});

test("unknown functions answer NotFound and leave the out words; known ones write them even when they fail", async () => {
  const exchange = await runOne(
    `function outWords(): string { return " " + load<u32>(out).toString() + " " + load<u32>(out, 4).toString(); }
     export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 {
       store<u32>(out, 7); store<u32>(out, 8, 4);
       log(foreign("nope", bytes("")) + outWords());
       log(foreign("uncompress", bytes("junk")) + outWords());
       return 0; }`,
    stream(),
  );
  expect(logged(exchange)).toEqual(["<1> 7 8", "<3> 0 0"]);
});

test("clear_route_cache takes any argument and gives nothing", async () => {
  const exchange = await runOne(
    `export function proxy_on_request_headers(id: i32, n: i32, end: i32): i32 { log(foreign("clear_route_cache", bytes("x"))); return 0; }`,
    stream(),
  );
  expect(logged(exchange)).toEqual([""]);
  expect(header(exchange.response, ":status")).toBe("200");
});
