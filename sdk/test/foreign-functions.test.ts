import { createSign, createVerify, generateKeyPairSync } from "node:crypto";
import { deflateSync, inflateSync } from "node:zlib";
import { beforeEach, describe, expect, it } from "vitest";
import { runWithHost, type ScriptedGuest } from "./scripted-host.js";

const source = `
import { callForeignFunction } from "as-proxy-wasm-sdk/assembly/foreign/foreign-function";
import { compress, uncompress } from "as-proxy-wasm-sdk/assembly/foreign/compression";
import { clearRouteCache } from "as-proxy-wasm-sdk/assembly/foreign/route-cache";
import { Expression } from "as-proxy-wasm-sdk/assembly/foreign/expression";
import {
  declareProperty, LifeSpan, PropertyDeclaration, PropertyType, setEnvoyFilterState, setTcpCluster,
} from "as-proxy-wasm-sdk/assembly/foreign/filter-state";
import {
  sign, signWithPem, verifySignature, verifySignatureWithPem,
} from "as-proxy-wasm-sdk/assembly/foreign/signature";
import { getPropertyText } from "as-proxy-wasm-sdk/assembly/properties/property";
import { lastFailure } from "as-proxy-wasm-sdk/assembly/context/failure";

export function call(name: string, argument: Uint8Array): Uint8Array | null {
  return callForeignFunction(name, argument);
}
export function callThenRead(name: string, argument: Uint8Array): string | null {
  return callForeignFunction(name, argument) === null ? getPropertyText(["after"]) : "no failure";
}
export function zip(data: Uint8Array): Uint8Array | null { return compress(data); }
export function unzip(data: Uint8Array, limit: u32): Uint8Array | null { return uncompress(data, limit); }
export function clear(): bool { return clearRouteCache(); }
export function declare(name: string): bool { return declareProperty(name, new PropertyDeclaration()); }
export function declareFully(name: string, schema: Uint8Array): bool {
  const declaration = new PropertyDeclaration();
  declaration.readOnly = true;
  declaration.type = PropertyType.Protobuf;
  declaration.schema = schema;
  declaration.lifeSpan = LifeSpan.DownstreamConnection;
  return declareProperty(name, declaration);
}
export function setState(name: string, value: string): bool {
  return setEnvoyFilterState(name, value, LifeSpan.DownstreamRequest);
}
export function route(cluster: string): bool { return setTcpCluster(cluster); }

export function evaluateText(source: string): string | null {
  const expression = Expression.create(source);
  if (expression === null) return null;
  const text = expression.evaluateText();
  expression.delete();
  return text;
}
export function evaluateInteger(source: string): i64 { return Expression.create(source)!.evaluateInteger(); }
export function evaluateFlag(source: string): bool { return Expression.create(source)!.evaluateFlag(); }
export function evaluateList(source: string): string {
  return Expression.create(source)!.evaluateList()!.join("|");
}
export function evaluateDeleted(source: string): string | null {
  const expression = Expression.create(source)!;
  expression.delete();
  expression.delete();
  return expression.evaluateText();
}

export function signPem(key: string, text: Uint8Array): Uint8Array | null {
  return signWithPem("sha256", key, text).signature;
}
export function signDer(key: Uint8Array, text: Uint8Array): Uint8Array | null {
  return sign("sha256", key, text).signature;
}
export function signError(hash: string, key: Uint8Array): string {
  const result = sign(hash, key, key);
  return result.signature === null ? result.error : "signed";
}
export function verifyPem(key: string, signature: Uint8Array, text: Uint8Array): string {
  const result = verifySignatureWithPem("sha256", key, signature, text);
  return result.valid ? "valid" + result.error : result.error;
}
export function verifyDer(key: Uint8Array, signature: Uint8Array, text: Uint8Array): string {
  const result = verifySignature("sha256", key, signature, text);
  return result.valid ? "valid" + result.error : result.error;
}
export function failure(): string { return lastFailure(); }
export const BYTES = idof<Uint8Array>();
`;

/** What a foreign function answers: a status, or bytes and the status Ok. */
type Answer = Buffer | number;

let functions: Record<string, (argument: Buffer) => Answer>;
let calls: [string, Buffer][];
let guest: ScriptedGuest;
const text = (value: string): number => guest.__newString(value);
const bytes = (value: Uint8Array | string): number =>
  guest.__newArray(Number(guest["BYTES"]), Buffer.from(value as string));
const read = (pointer: number): string | null => (pointer === 0 ? null : guest.__getString(pointer));
const readBytes = (pointer: number): Buffer | null =>
  pointer === 0 ? null : Buffer.from(guest.__getUint8Array(pointer));
const failure = (): string => guest.__getString(guest["failure"]!());

beforeEach(async () => {
  functions = {};
  calls = [];
  guest = await runWithHost(source, (memory) => ({
    proxy_call_foreign_function(
      name: number,
      nameSize: number,
      argument: number,
      argumentSize: number,
      result: number,
      resultSize: number,
    ) {
      const called = memory.readText(name, nameSize);
      const run = functions[called];
      if (run === undefined) return 1;
      const given = memory.read(argument, argumentSize);
      calls.push([called, given]);
      const answer = run(given);
      // The words are written even when the function fails (abi.md 5.16).
      memory.give(typeof answer === "number" ? "" : answer, result, resultSize);
      return typeof answer === "number" ? answer : 0;
    },
    proxy_get_property(_path: number, _pathSize: number, value: number, size: number) {
      return memory.give("fresh", value, size);
    },
  }));
});

describe("any foreign function", () => {
  it("takes and gives any bytes", () => {
    functions["reverse"] = (argument) => Buffer.from(argument).reverse();
    expect(readBytes(guest["call"]!(text("reverse"), bytes(Buffer.from([0, 255, 128]))))).toEqual(
      Buffer.from([128, 255, 0]),
    );
    expect(readBytes(guest["call"]!(text("reverse"), bytes("")))).toEqual(Buffer.alloc(0));
  });

  it("is null when the host does not have it or it fails, and the next read is not disturbed", () => {
    functions["fail"] = () => 2;
    expect(readBytes(guest["call"]!(text("unknown"), bytes("")))).toBeNull();
    expect(failure()).toContain("NotFound");
    expect(read(guest["callThenRead"]!(text("fail"), bytes("x")))).toBe("fresh");
    expect(failure()).toContain("BadArgument");
  });
});

describe("compression", () => {
  beforeEach(() => {
    functions["compress"] = (argument) => deflateSync(argument);
    functions["uncompress"] = (argument) => {
      try {
        return inflateSync(argument);
      } catch {
        return 3;
      }
    };
  });

  it("goes both ways", () => {
    const zipped = readBytes(guest["zip"]!(bytes("hello ".repeat(100))))!;
    expect(zipped.length).toBeLessThan(100);
    expect(readBytes(guest["unzip"]!(bytes(zipped), 600))!.toString()).toBe("hello ".repeat(100));
  });

  it("refuses what is no zlib stream, and what contains more than was allowed", () => {
    expect(readBytes(guest["unzip"]!(bytes("junk"), 600))).toBeNull();
    expect(failure()).toContain("SerializationFailure");
    expect(readBytes(guest["unzip"]!(bytes(deflateSync("x".repeat(601))), 600))).toBeNull();
    expect(failure()).toBe("the result was larger than the limit, and was refused");
  });
});

it("clears the route cache", () => {
  expect(guest["clear"]!()).toBe(0);
  functions["clear_route_cache"] = () => Buffer.alloc(0);
  expect(guest["clear"]!()).toBe(1);
});

describe("filter state", () => {
  const ok = (): Answer => Buffer.alloc(0);

  it("declares a property", () => {
    functions["declare_property"] = ok;
    expect(guest["declare"]!(text("user"))).toBe(1);
    expect(guest["declareFully"]!(text("user"), bytes("type"))).toBe(1);
    expect(calls.map(([, argument]) => argument.toString("latin1"))).toEqual([
      "\x0a\x04user",
      "\x0a\x04user\x10\x01\x18\x03\x22\x04type\x28\x02",
    ]);
    functions["declare_property"] = () => 2;
    expect(guest["declare"]!(text("user"))).toBe(0);
  });

  it("sets an object of Envoy's, the cluster of a TCP connection among them", () => {
    functions["set_envoy_filter_state"] = ok;
    expect(guest["setState"]!(text("envoy.key"), text("välue"))).toBe(1);
    expect(guest["route"]!(text("blue"))).toBe(1);
    expect(calls.map(([, argument]) => argument.toString())).toEqual([
      "\x0a\x09envoy.key\x12\x06välue\x18\x01",
      "\x0a\x17envoy.tcp_proxy.cluster\x12\x04blue",
    ]);
    functions["set_envoy_filter_state"] = () => 1;
    expect(guest["route"]!(text("blue"))).toBe(0);
  });
});

describe("an expression", () => {
  const values = new Map<number, Answer>();
  let deleted: number[];

  beforeEach(() => {
    deleted = [];
    values.clear();
    let next = 0;
    const known: Record<string, Answer> = {
      text: Buffer.from("välue"),
      integer: Buffer.from([7, 0, 0, 0, 0, 0, 0, 0]),
      true: Buffer.from([1]),
      list: Buffer.from("\x01\0\0\0\x01\0\0\0\0\0\0\0x\0\0", "latin1"),
      unavailable: 10,
    };
    functions["expr_create"] = (argument) => {
      const value = known[argument.toString()];
      if (value === undefined) return 2;
      const token = Buffer.alloc(4);
      token.writeUInt32LE(next);
      values.set(next++, value);
      return token;
    };
    functions["expr_evaluate"] = (argument) => {
      if (argument.length !== 4) return 2;
      return values.get(argument.readUInt32LE()) ?? 1;
    };
    functions["expr_delete"] = (argument) => {
      deleted.push(argument.readUInt32LE());
      values.delete(argument.readUInt32LE());
      return 0;
    };
  });

  it("gives the type it was written to have", () => {
    expect(read(guest["evaluateText"]!(text("text")))).toBe("välue");
    expect(guest["evaluateInteger"]!(text("integer"))).toBe(7n);
    expect(guest["evaluateFlag"]!(text("true"))).toBe(1);
    expect(read(guest["evaluateList"]!(text("list")))).toBe("x");
    expect(guest["evaluateInteger"]!(text("true"))).toBe(-1n);
    expect(deleted).toEqual([0]);
  });

  it("is null when it is no expression, or cannot be evaluated here", () => {
    expect(read(guest["evaluateText"]!(text("1 +")))).toBeNull();
    expect(failure()).toContain("BadArgument");
    expect(read(guest["evaluateText"]!(text("unavailable")))).toBeNull();
    expect(failure()).toContain("InternalFailure");
  });

  it("is deleted once, and evaluates to nothing then", () => {
    expect(read(guest["evaluateDeleted"]!(text("text")))).toBeNull();
    expect(deleted).toEqual([0]);
  });

  it("is null when the host gives no token", () => {
    functions["expr_create"] = () => Buffer.from("odd");
    expect(read(guest["evaluateText"]!(text("text")))).toBeNull();
  });
});

describe("signatures", () => {
  const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const publicPem = keys.publicKey.export({ type: "spki", format: "pem" }) as string;
  const privatePem = keys.privateKey.export({ type: "pkcs8", format: "pem" }) as string;
  const publicDer = keys.publicKey.export({ type: "spki", format: "der" });
  const privateDer = keys.privateKey.export({ type: "pkcs8", format: "der" });

  beforeEach(() => {
    functions["verify_signature"] = (argument) => {
      const fields = readFields(argument);
      const key = fields.get(5)?.toString() ?? {
        key: fields.get(2)!,
        format: "der" as const,
        type: "spki" as const,
      };
      const valid = createVerify(fields.get(1)!.toString())
        .update(fields.get(4)!)
        .verify(key, fields.get(3)!);
      return valid ? Buffer.from("\x08\x01") : Buffer.from("\x08\0\x12\x07invalid");
    };
    functions["sign"] = (argument) => {
      const fields = readFields(argument);
      const hash = fields.get(1)!.toString();
      if (hash !== "sha256") return Buffer.from(`\x1a\x0c${hash} unknown`.slice(0, 14));
      const key = fields.get(4)?.toString() ?? {
        key: fields.get(2)!,
        format: "der" as const,
        type: "pkcs8" as const,
      };
      const signature = createSign(hash).update(fields.get(3)!).sign(key);
      return Buffer.concat([Buffer.from([8, 1, 0x12, 0x80, 2]), signature]);
    };
  });

  it("are made and verified, with keys in PEM and DER", () => {
    const message = Buffer.from([0, 1, 254, 255]);
    const signature = readBytes(guest["signPem"]!(text(privatePem), bytes(message)))!;
    expect(signature.length).toBe(256);
    expect(readBytes(guest["signDer"]!(bytes(privateDer), bytes(message)))).toEqual(signature);
    expect(read(guest["verifyPem"]!(text(publicPem), bytes(signature), bytes(message)))).toBe("valid");
    expect(read(guest["verifyDer"]!(bytes(publicDer), bytes(signature), bytes(message)))).toBe("valid");
    expect(read(guest["verifyDer"]!(bytes(publicDer), bytes(signature), bytes("else")))).toBe("invalid");
  });

  it("say why they are not made", () => {
    expect(read(guest["signError"]!(text("md5x"), bytes("")))).toBe("md5x unknown");
    functions["sign"] = () => 2;
    expect(read(guest["signError"]!(text("sha256"), bytes("")))).toBe(
      "the host takes one key, and this is none",
    );
    functions["sign"] = () => Buffer.from("\x08\x01");
    expect(read(guest["signError"]!(text("sha256"), bytes("")))).toBe("the host gave no reason");
  });

  it("are not valid when the host answers anything but that they are", () => {
    const verify = (): string | null => read(guest["verifyPem"]!(text(publicPem), bytes("x"), bytes("y")));
    delete functions["verify_signature"];
    expect(verify()).toBe("the host has no function for signatures");
    for (const answer of ["", "\x08\0", "\xff\xff\xff", "\x08", "\x08\x01\x12\x05no"]) {
      functions["verify_signature"] = () => Buffer.from(answer, "latin1");
      expect(verify()).toBe("the host gave no reason");
    }
  });
});

/** The length-delimited fields of a protobuf message whose field numbers are below 16. */
function readFields(message: Buffer): Map<number, Buffer> {
  const fields = new Map<number, Buffer>();
  for (let at = 0; at < message.length;) {
    const field = message[at++]! >> 3;
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = message[at++]!;
      size |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    fields.set(field, message.subarray(at, at + size));
    at += size;
  }
  return fields;
}
