import { Json, JsonKind, quote } from "as-proxy-wasm-sdk/json";
import { each, putInteger, putNull, putText } from "./batch";

export { current, prepare, results, variantSize, variantStart, vary } from "./batch";

export function run(count: i32): i32 {
  return each(count, check);
}

function check(input: Uint8Array): void {
  const result = Json.parse(input);
  const value = result.value;
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
