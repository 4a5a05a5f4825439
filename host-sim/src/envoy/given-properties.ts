import { fromText, toBytes, type ByteString } from "../byte-string.js";
import { booleanBytes, integerBytes } from "./property-path.js";

/**
 * Values of properties that the simulator cannot know, by path with dots: `{ "source.address": "10.0.0.1:4242" }`. Text is
 * sent as UTF-8, a number or bigint as an int, bytes as they are. They hold in every callback.
 */
export type GivenProperties = Readonly<Record<string, string | number | bigint | boolean | Uint8Array>>;

export function givenProperties(properties: GivenProperties): ReadonlyMap<ByteString, Uint8Array> {
  return new Map(Object.entries(properties).map(([path, value]) => [fromText(path), encoded(value)]));
}

function encoded(value: GivenProperties[string]): Uint8Array {
  if (typeof value === "string") return toBytes(fromText(value));
  if (typeof value === "boolean") return booleanBytes(value);
  return typeof value === "object" ? value : integerBytes(value);
}
