import { Json, JsonKind, JsonReader, JsonToken, quote } from "as-proxy-wasm-sdk/json";
import { each, putInteger, putNull, putText } from "./batch";

export { current, prepare, results, variantSize, variantStart, vary } from "./batch";

export function run(count: i32): i32 {
  return each(count, check);
}

function check(input: Uint8Array): void {
  const result = Json.parse(input);
  const value = result.value;
  // Read token by token it is as good, in one piece, byte by byte, and cut anywhere else.
  const whole = tokens(input, max(input.length, 1));
  const cut = 2 + (input.length > 0 ? (<i32>input[0]) & 7 : 0);
  const agree = whole == tokens(input, 1) && whole == tokens(input, cut) && lastWasEnd == (value !== null);
  putInteger(agree ? 1 : 0);
  if (value === null) {
    putNull();
    // An error lies in the text, or where it ends.
    const inside =
      result.offset >= 0 && result.offset <= input.length && result.line > 0 && result.column > 0;
    putInteger(inside && result.error.length > 0 ? 1 : 0);
    return;
  }
  putText(dump(value));
  const changed = value.withMember("é", "[1]");
  if (changed === null) {
    putNull();
  } else {
    // What was changed is still JSON and has the member.
    const again = Json.parse(changed).value;
    putInteger(again !== null && again.has("é") ? 1 : 0);
  }
  value.without("a");
}

/** Whether the last text that `tokens` read was JSON to its end. */
let lastWasEnd: bool = false;

/** A digest of all tokens of a text that arrives in pieces of `size` bytes. */
function tokens(input: Uint8Array, size: i32): u64 {
  const reader = new JsonReader();
  let digest: u64 = 0;
  let at = 0;
  let token = JsonToken.More;
  while (token < JsonToken.More || (token == JsonToken.More && at <= input.length)) {
    if (token == JsonToken.More) {
      if (at < input.length) reader.push(input.subarray(at, min(at + size, input.length)));
      else reader.finish();
      at = at < input.length ? min(at + size, input.length) : at + 1;
    }
    token = reader.next();
    if (token == JsonToken.More) continue;
    digest = (digest ^ (<u64>token)) * 0x9e3779b97f4a7c15;
    if (token == JsonToken.String || token == JsonToken.Name) {
      const text = reader.string();
      for (let i = 0; text !== null && i < text.length; ++i) {
        digest = (digest ^ (<u64>text.charCodeAt(i))) * 0x9e3779b97f4a7c15;
      }
    } else if (token == JsonToken.Number) {
      digest = (digest ^ reinterpret<u64>(reader.number(0))) * 0x9e3779b97f4a7c15;
    }
    if (token != JsonToken.Error) digest = (digest ^ (<u64>reader.start)) * 0x9e3779b97f4a7c15;
  }
  lastWasEnd = token == JsonToken.End;
  return digest;
}

/** The value as JSON again, with each number as "#" and the 16 digits of its bits. */
function dump(value: Json): string {
  switch (value.kind) {
    case JsonKind.Null:
      return "null";
    case JsonKind.Boolean:
      return value.asBoolean(false) ? "true" : "false";
    case JsonKind.Number:
      // They must not trap on any number either.
      value.asInteger(i64.MIN_VALUE, i64.MAX_VALUE, 0);
      value.asUnsigned(u64.MAX_VALUE, 0);
      return '"#' + bits(value.asNumber(NaN)) + '"';
    case JsonKind.String: {
      const text = value.asString();
      return text === null ? "" : quote(text);
    }
    case JsonKind.Array: {
      const items = value.items();
      const parts: string[] = [];
      for (let i = 0; items !== null && i < items.length; ++i) parts.push(dump(items[i]));
      return "[" + parts.join(",") + "]";
    }
    default: {
      const members = value.members();
      const parts: string[] = [];
      for (let i = 0; members !== null && i < members.length; ++i) {
        parts.push(quote(members[i].name) + ":" + dump(members[i].value));
      }
      return "{" + parts.join(",") + "}";
    }
  }
}

function bits(value: f64): string {
  if (isNaN(value)) return "too large";
  let text = "";
  const bits = reinterpret<u64>(value);
  for (let shift = 60; shift >= 0; shift -= 4) text += "0123456789abcdef".charAt(<i32>((bits >> shift) & 15));
  return text;
}
