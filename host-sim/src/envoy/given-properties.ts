import type { JsonObject } from "@bufbuild/protobuf";
import { fromText, type ByteString } from "../byte-string.js";
import {
  boolean,
  integer,
  metadataMessage,
  octets,
  select,
  structValue,
  text,
  type FilterMetadata,
  type PropertyValue,
} from "./property-value.js";

/**
 * Values of properties that the simulator cannot know, by path with dots: `{ "source.address": "10.0.0.1:4242" }`. Text is
 * sent as UTF-8, a number or bigint as an int, bytes as they are. An object is a protobuf Struct, or, where Envoy has a
 * Metadata message (`metadata`, `xds.route_metadata` and the like), its `filter_metadata` by namespace and key; further
 * segments lead into it. What concerns the upstream shows from the moment a request has gone there.
 */
export type GivenProperties = Readonly<
  Record<string, string | number | bigint | boolean | Uint8Array | JsonObject>
>;

export type GivenValues = ReadonlyMap<ByteString, PropertyValue>;

export function givenProperties(properties: GivenProperties): GivenValues {
  return new Map(Object.entries(properties).map(([path, value]) => [fromText(path), valueOf(path, value)]));
}

/** What was given for a path, or for the beginning of one; undefined: nothing. */
export function givenProperty(
  given: GivenValues,
  segments: readonly ByteString[],
): PropertyValue | null | undefined {
  if (given.size === 0) return undefined;
  for (let length = segments.length; length > 0; length--) {
    const value = given.get(segments.slice(0, length).join("."));
    if (value !== undefined) return select(value, segments.slice(length));
  }
  return undefined;
}

function valueOf(path: string, value: GivenProperties[string]): PropertyValue {
  switch (typeof value) {
    case "string":
      return text(value);
    case "boolean":
      return boolean(value);
    case "number":
    case "bigint":
      return integer(value);
    default:
      if (value instanceof Uint8Array) return octets(value);
      return isMetadata(path) ? metadataMessage(value as FilterMetadata) : structValue(value as JsonObject);
  }
}

const isMetadata = (path: string) => /(^|[._])metadata$/.test(path) && path !== "xds.node.metadata";
