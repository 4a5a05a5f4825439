import { fromJson, toBinary, type JsonObject, type JsonValue } from "@bufbuild/protobuf";
import { StructSchema } from "@bufbuild/protobuf/wkt";
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { encodePairs } from "../abi/pairs.js";
import { Status } from "../abi/enums.js";
import { answer, refuse, type Answer } from "../abi/host-context.js";
import { fromBytes, fromText, toBytes, type ByteString, type HeaderPair } from "../byte-string.js";
import { booleanBytes, integerBytes } from "./property-path.js";

/** A value behind a property path. Further segments lead into maps, lists and fields of messages (abi.md 6.1). */
export type PropertyValue =
  | { readonly kind: "scalar"; readonly bytes: Uint8Array }
  | { readonly kind: "map"; readonly entries: ReadonlyMap<ByteString, PropertyValue> }
  | { readonly kind: "list"; readonly items: readonly PropertyValue[] }
  | {
      readonly kind: "message";
      readonly bytes: Uint8Array;
      readonly fields: ReadonlyMap<ByteString, PropertyValue>;
    }
  | { readonly kind: "null" };

/** `filter_metadata` of Envoy's Metadata message: values by namespace and key. */
export type FilterMetadata = Readonly<Record<string, JsonObject>>;

export const octets = (bytes: Uint8Array): PropertyValue => ({ kind: "scalar", bytes });
export const text = (value: string): PropertyValue => octets(toBytes(fromText(value)));
export const integer = (value: number | bigint): PropertyValue => octets(integerBytes(value));
export const boolean = (value: boolean): PropertyValue => octets(booleanBytes(value));

/** A value of a protobuf Struct: every number is a double. */
export function structValue(value: JsonValue): PropertyValue {
  if (value === null) return { kind: "null" };
  if (Array.isArray(value)) return { kind: "list", items: value.map((item) => structValue(item)) };
  switch (typeof value) {
    case "string":
      return text(value);
    case "boolean":
      return boolean(value);
    case "number": {
      const bytes = Buffer.alloc(8);
      bytes.writeDoubleLE(value);
      return octets(bytes);
    }
    default:
      return { kind: "map", entries: mapped(value as JsonObject, structValue) };
  }
}

/** `envoy.config.core.v3.Metadata`. */
export function metadataMessage(metadata: FilterMetadata): PropertyValue {
  const writer = new BinaryWriter();
  for (const [namespace, struct] of Object.entries(metadata)) {
    writer.tag(1, 2).fork();
    writer.tag(1, 2).string(namespace);
    writer.tag(2, 2).bytes(toBinary(StructSchema, fromJson(StructSchema, struct)));
    writer.join();
  }
  const fields = new Map<ByteString, PropertyValue>([
    ["filter_metadata", { kind: "map", entries: mapped(metadata, structValue) }],
    ["typed_filter_metadata", { kind: "map", entries: new Map() }],
  ]);
  return { kind: "message", bytes: writer.finish(), fields };
}

/** A message of texts, with their numbers. */
export function textMessage(
  fields: Readonly<Record<string, readonly [number: number, value: string]>>,
): PropertyValue {
  const writer = new BinaryWriter();
  for (const [number, value] of Object.values(fields)) if (value !== "") writer.tag(number, 2).string(value);
  const values = Object.entries(fields).map(([name, [, value]]) => [name, text(value)] as const);
  return { kind: "message", bytes: writer.finish(), fields: new Map(values) };
}

/** What further segments lead to; null: nothing is there. */
export function select(value: PropertyValue | null, segments: readonly ByteString[]): PropertyValue | null {
  let current = value;
  for (const segment of segments) current = current === null ? null : child(current, segment);
  return current;
}

function child(value: PropertyValue, segment: ByteString): PropertyValue | null {
  switch (value.kind) {
    case "map":
      return value.entries.get(segment) ?? null;
    case "message":
      return value.fields.get(segment) ?? null;
    case "list":
      return /^\d+$/.test(segment) ? (value.items[Number(segment)] ?? null) : null;
    default:
      return null;
  }
}

/** The bytes the guest gets. A null, also one inside a map or list, cannot be serialised. */
export function serialized(value: PropertyValue | null): Answer<Uint8Array> {
  if (value === null) return refuse(Status.NotFound);
  const bytes = bytesOf(value);
  return bytes === null ? refuse(Status.SerializationFailure) : answer(bytes);
}

function bytesOf(value: PropertyValue): Uint8Array | null {
  switch (value.kind) {
    case "scalar":
    case "message":
      return value.bytes;
    case "null":
      return null;
    case "map":
      return pairsOf([...value.entries].map(([key, entry]) => [key, bytesOf(entry)] as const));
    case "list":
      return pairsOf(
        value.items.map((item) => {
          const bytes = bytesOf(item);
          return [bytes === null ? "" : fromBytes(bytes), bytes === null ? null : new Uint8Array()] as const;
        }),
      );
  }
}

function pairsOf(pairs: readonly (readonly [ByteString, Uint8Array | null])[]): Uint8Array | null {
  const list: HeaderPair[] = [];
  for (const [key, bytes] of pairs) {
    if (bytes === null) return null;
    list.push([key, fromBytes(bytes)]);
  }
  return encodePairs(list);
}

function mapped<Value extends JsonValue>(
  object: Readonly<Record<string, Value>>,
  convert: (value: Value) => PropertyValue,
): ReadonlyMap<ByteString, PropertyValue> {
  return new Map(Object.entries(object).map(([key, value]) => [fromText(key), convert(value)]));
}
