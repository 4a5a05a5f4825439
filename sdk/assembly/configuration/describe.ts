// How a problem names places and values.

import { Json, JsonKind } from "../json/json";
import { quote } from "../json/quote";

/** Longer texts are cut. */
const SHOWN: i32 = 40;

/** `configuration.limit`; a name that is no word stands in brackets: `configuration.keys["my client"]`. */
export function memberPath(path: string, name: string): string {
  return isWord(name) ? `${path}.${name}` : `${path}[${quote(shortened(name))}]`;
}

/** `configuration.rules[2]` */
export function elementPath(path: string, index: i32): string {
  return `${path}[${index}]`;
}

/** What a value is: a small one as it stands, else its kind. */
export function describeValue(value: Json): string {
  switch (value.kind) {
    case JsonKind.Object:
      return "an object";
    case JsonKind.Array:
      return "a list";
    case JsonKind.String: {
      const text = value.asString();
      return text === null ? "a string" : quote(shortened(text));
    }
    default:
      return shortened(value.toString());
  }
}

/** `"a", "b" or "c"` */
export function alternatives(words: string[]): string {
  let list = "";
  for (let i = 0; i < words.length; ++i) {
    if (i > 0) list += i == words.length - 1 ? " or " : ", ";
    list += quote(words[i]);
  }
  return list;
}

function shortened(text: string): string {
  return text.length <= SHOWN ? text : text.substring(0, SHOWN) + "…";
}

function isWord(name: string): bool {
  for (let i = 0; i < name.length; ++i) {
    const unit = name.charCodeAt(i);
    const letter = (unit | 0x20) >= 0x61 && (unit | 0x20) <= 0x7a;
    const digit = unit >= 0x30 && unit <= 0x39;
    if (!letter && unit != 0x5f && !(i > 0 && (digit || unit == 0x2d))) return false;
  }
  return name.length > 0 && name.length <= SHOWN;
}
