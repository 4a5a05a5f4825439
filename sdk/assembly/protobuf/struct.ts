import { JsonWriter } from "../json/json-writer";
import { ProtobufReader } from "./reader";

/**
 * The JSON text of a serialised `google.protobuf.Struct`, in which whole numbers have no fraction. Null: the bytes are not exactly
 * a Struct, or it is nested more than 256 levels deep.
 */
export function jsonOfStruct(bytes: Uint8Array): Uint8Array | null {
  const writer = new JsonWriter();
  return writeStruct(writer, new ProtobufReader(bytes)) ? writer.finish() : null;
}

/**
 * The JSON text of a serialised `google.protobuf.Value`; null when the bytes are not exactly one, or it is
 * nested more than 256 levels deep.
 */
export function jsonOfValue(bytes: Uint8Array): Uint8Array | null {
  const writer = new JsonWriter();
  return writeValue(writer, new ProtobufReader(bytes)) ? writer.finish() : null;
}

// The writer refuses to go deeper than 256 levels, which ends the recursion.

/** `message Struct { map<string, Value> fields = 1; }` */
function writeStruct(writer: JsonWriter, struct: ProtobufReader): bool {
  writer.beginObject();
  while (struct.next()) {
    if (struct.field != 1) return false;
    const entry = struct.message();
    let name = "";
    let value: ProtobufReader | null = null;
    while (entry.next()) {
      if (entry.field == 1) name = entry.string();
      else if (entry.field == 2) value = entry.message();
      else return false;
    }
    if (entry.failed) return false;
    writer.name(name);
    if (value === null) writer.nullValue();
    else if (!writeValue(writer, value)) return false;
  }
  writer.endObject();
  return !struct.failed && !writer.failed;
}

/** `message ListValue { repeated Value values = 1; }` */
function writeList(writer: JsonWriter, list: ProtobufReader): bool {
  writer.beginArray();
  while (list.next()) {
    if (list.field != 1 || !writeValue(writer, list.message())) return false;
  }
  writer.endArray();
  return !list.failed && !writer.failed;
}

/**
 * `message Value { oneof kind { NullValue null_value = 1; double number_value = 2; string string_value = 3; bool bool_value = 4;
 * Struct struct_value = 5; ListValue list_value = 6; } }`
 */
function writeValue(writer: JsonWriter, value: ProtobufReader): bool {
  if (writer.failed) return false;
  // Of a oneof the last one counts, and there is only one.
  if (!value.next()) {
    writer.nullValue();
    return !value.failed;
  }
  switch (value.field) {
    case 1:
      value.int32();
      writer.nullValue();
      break;
    case 2:
      writer.number(value.double());
      break;
    case 3:
      writer.string(value.string());
      break;
    case 4:
      writer.boolean(value.boolean());
      break;
    case 5:
      if (!writeStruct(writer, value.message())) return false;
      break;
    case 6:
      if (!writeList(writer, value.message())) return false;
      break;
    default:
      return false;
  }
  return !value.next() && !value.failed && !writer.failed;
}
