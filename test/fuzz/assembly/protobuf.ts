import { Json } from "as-proxy-wasm-sdk/json";
import { jsonOfStruct, jsonOfValue, ProtobufReader, WireType } from "as-proxy-wasm-sdk/protobuf";
import { each, putBytes, putInteger } from "./batch";

export { current, prepare, results, variantSize, variantStart, vary } from "./batch";

export function run(count: i32): i32 {
  return each(count, check);
}

function check(input: Uint8Array): void {
  putInteger(isJsonOrNothing(jsonOfStruct(input)) && isJsonOrNothing(jsonOfValue(input)) ? 1 : 0);
  const reader = new ProtobufReader(input);
  while (reader.next()) {
    putInteger(reader.field);
    putInteger(reader.wireType);
    if (reader.wireType == WireType.Varint) putInteger(reader.int64());
    else if (reader.wireType == WireType.Fixed64) putInteger(<i64>reader.fixed64());
    else if (reader.wireType == WireType.Fixed32) putInteger(reader.fixed32());
    else putBytes(reader.bytes());
  }
  putInteger(reader.failed ? 1 : 0);
  // Everything that does not fit must be answered too.
  const careless = new ProtobufReader(input);
  const numbers: u64[] = [];
  while (careless.next()) {
    const nested = careless.message();
    while (nested.next()) nested.string();
    careless.varints(numbers);
    careless.string();
    careless.double();
    careless.sint32();
  }
}

/** What is made of a Struct is JSON. */
function isJsonOrNothing(text: Uint8Array | null): bool {
  return text === null || Json.parse(text).value !== null;
}
