import {
  type ByteString,
  fromBytes,
  fromText,
  type HeaderList,
  type HeaderPair,
  toBytes,
} from "../byte-string.js";
import { headerProblem } from "./header-field.js";
import type { JsonValue } from "./json-value.js";

// The fields that several events share, in both directions: what is written is what is read.

/** An object of an event as it is written. */
export type EventFields = Readonly<Record<string, unknown>>;

export function readHeaders(list: JsonValue): HeaderList {
  return list.elements().map((item) => {
    const [name, value, ...rest] = item.elements();
    if (name === undefined || value === undefined || rest.length > 0)
      throw item.bad('is no pair ["name", "value"]');
    const pair: HeaderPair = [fromText(name.string()), readHeaderValue(value)];
    const problem = headerProblem(pair);
    if (problem !== null) throw (problem.on === "name" ? name : value).bad(problem.problem);
    return pair;
  });
}

/** Text as a string, anything else as `{"b64":"..."}`. */
function readHeaderValue(value: JsonValue): ByteString {
  if (typeof value.value === "string") return fromText(value.value);
  const stranger = Object.keys(value.object()).find((key) => key !== "b64");
  if (stranger !== undefined) throw value.bad('is neither a string nor {"b64": "..."}');
  return fromBytes(value.field("b64").base64());
}

export function writeHeaders(headers: HeaderList): readonly (readonly [string, unknown])[] {
  return headers.map(([name, value]) => {
    const bytes = toBytes(value);
    return [name, utf8OrNull(bytes) ?? { b64: Buffer.from(bytes).toString("base64") }];
  });
}

export function readTrailers(list: JsonValue): HeaderList {
  const trailers = readHeaders(list);
  const pseudo = trailers.find(([name]) => name.startsWith(":"));
  if (pseudo !== undefined) throw list.bad(`has the pseudo header ${pseudo[0]}; trailers have none`);
  return trailers;
}

/** The bytes of a holder of `utf8` or `base64`. */
export function readBytes(holder: JsonValue): Uint8Array {
  const text = holder.optional("utf8");
  const base64 = holder.optional("base64");
  if ((text === null) === (base64 === null)) {
    throw holder.bad(`has ${text === null ? "none" : "both"} of utf8 and base64, expected one`);
  }
  return text === null ? holder.field("base64").base64() : new Uint8Array(Buffer.from(text.string(), "utf8"));
}

export function writeBytes(bytes: Uint8Array): EventFields {
  const text = utf8OrNull(bytes);
  return text === null ? { base64: Buffer.from(bytes).toString("base64") } : { utf8: text };
}

/** Bytes in a field of their own, where nothing else stands beside them. */
export function readByteField(field: JsonValue): Uint8Array {
  field.only(["utf8", "base64"]);
  return readBytes(field);
}

/** A time that passes, in milliseconds. */
export function readMilliseconds(value: JsonValue): number {
  if (typeof value.value !== "number" || !(value.value >= 0 && value.value <= Number.MAX_SAFE_INTEGER))
    throw value.bad("is no time in milliseconds");
  return value.value;
}

export function readWord<Word extends string>(value: JsonValue, words: readonly Word[]): Word {
  const word = words.find((candidate) => candidate === value.value);
  if (word === undefined) {
    const last = JSON.stringify(words.at(-1));
    const others = words.slice(0, -1).map((other) => JSON.stringify(other));
    throw value.badWord(others.length === 0 ? last : `${others.join(", ")} or ${last}`);
  }
  return word;
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function utf8OrNull(bytes: Uint8Array): string | null {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return null;
  }
}
