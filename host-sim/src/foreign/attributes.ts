import { celUint } from "@bufbuild/cel";
import { create } from "@bufbuild/protobuf";
import { DurationSchema, TimestampSchema } from "@bufbuild/protobuf/wkt";
import { decodePairs } from "../abi/pairs.js";
import { fromText } from "../byte-string.js";
import type { ForeignCaller } from "./foreign-function.js";

/** The type behind a property's bytes; a nested object of attributes has its own. */
type PlainType = "string" | "bytes" | "int" | "uint" | "bool" | "timestamp" | "duration" | "map";
type AttributeType = PlainType | Attributes;

interface Attributes {
  readonly [name: string]: AttributeType;
}

/** By object and name what is not a string (abi.md 6.2). */
const types: Readonly<Record<string, Attributes>> = {
  request: {
    headers: "map",
    headers_bytes: "int",
    size: "int",
    total_size: "int",
    time: "timestamp",
    duration: "duration",
  },
  response: {
    code: "int",
    flags: "int",
    grpc_status: "int",
    headers: "map",
    headers_bytes: "int",
    trailers: "map",
    size: "int",
    total_size: "int",
    backend_latency: "duration",
  },
  connection: { id: "uint", mtls: "bool" },
  source: { port: "int" },
  destination: { port: "int" },
  upstream: { port: "int", num_endpoints: "uint", request_attempt_count: "uint" },
  xds: { node: { id: "string", cluster: "string" }, listener_direction: "int" },
  filter_state: {},
};

const objects = new Set([...Object.keys(types), "metadata", "upstream_filter_state"]);
const plainTypes: Readonly<Record<string, PlainType>> = {
  connection_id: "uint",
  plugin_name: "string",
  plugin_root_id: "string",
  plugin_vm_id: "string",
};

/**
 * What an expression can name in a context. The library turns whatever a look-up throws into an error of the
 * expression; `failure` gives it back.
 */
export function attributes(caller: ForeignCaller): {
  readonly bindings: Record<string, never>;
  readonly failure: () => Error | null;
} {
  let thrown: Error | null = null;
  const read = (path: readonly string[]): Uint8Array | null => {
    try {
      const property = caller.getProperty(path.map(fromText).join("\0"));
      return property.ok ? property.value : null;
    } catch (error) {
      thrown ??= error as Error;
      throw error;
    }
  };
  const lookUp = (name: string): unknown => {
    if (objects.has(name)) return new AttributeMap([name], types[name] ?? {}, read);
    const bytes = read([name]);
    // A name that is none of Envoy's can be a value that a filter has set.
    return bytes === null ? undefined : decoded(bytes, plainTypes[name] ?? "bytes");
  };
  const bindings = new Proxy(
    {},
    { get: (_target, name) => (typeof name === "string" ? lookUp(name) : undefined) },
  );
  return { bindings, failure: () => thrown };
}

/** An object of attributes: each is looked up when it is asked for, and there is no list of them. */
class AttributeMap extends Map<string, unknown> {
  constructor(
    private readonly path: readonly string[],
    private readonly attributes: Attributes,
    private readonly read: (path: readonly string[]) => Uint8Array | null,
  ) {
    super();
  }

  override get(name: string): unknown {
    const type = this.attributes[name] ?? (this.path[0] === "filter_state" ? "bytes" : "string");
    if (typeof type === "object") return new AttributeMap([...this.path, name], type, this.read);
    const bytes = this.read([...this.path, name]);
    return bytes === null ? undefined : decoded(bytes, type);
  }

  override has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  override entries(): never {
    throw new Error(`${this.path.join(".")} cannot be listed`);
  }
}

function decoded(bytes: Uint8Array, type: PlainType): unknown {
  const buffer = Buffer.from(bytes);
  switch (type) {
    case "string":
      return buffer.toString("utf8");
    case "bytes":
      return bytes;
    case "int":
      return buffer.readBigInt64LE();
    case "uint":
      return celUint(buffer.readBigUInt64LE());
    case "bool":
      return buffer[0] === 1;
    case "map":
      return new Map(decodePairs(bytes).map(([name, value]) => [text(name), text(value)]));
    case "timestamp":
      return create(TimestampSchema, secondsAndNanos(buffer.readBigInt64LE()));
    case "duration":
      return create(DurationSchema, secondsAndNanos(buffer.readBigInt64LE()));
  }
}

function secondsAndNanos(nanoseconds: bigint): { readonly seconds: bigint; readonly nanos: number } {
  return { seconds: nanoseconds / 1_000_000_000n, nanos: Number(nanoseconds % 1_000_000_000n) };
}

function text(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString("utf8");
}
