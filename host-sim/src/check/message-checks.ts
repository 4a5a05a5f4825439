import { fromText, toText } from "../byte-string.js";
import type { Exchange, HttpMessage } from "../http/exchange.js";
import type { Check } from "./check.js";
import { bodyBytes, bodyText, fieldTexts } from "./message-text.js";
import { exchangeOf } from "./message-owner.js";
import { contains, isEqual, patternText, type TextPattern } from "./text-pattern.js";

/** Headers by name; a string is the whole value. */
export type HeaderPatterns = Readonly<Record<string, TextPattern>>;

/** What upstream or client got, `null` when that was nothing. */
export type ReceivedMessage = HttpMessage | null;

/** A header of this name is there and, with a value, one of this value. Names in any case; values are read as UTF-8. */
export function headerCheck(message: ReceivedMessage, name: string, value?: TextPattern): Check {
  const values = valuesOf(message, name);
  return {
    holds: value === undefined ? values.length > 0 : values.some((one) => isEqual(one, value)),
    expected: value === undefined ? `a header ${name}` : `a header ${name}: ${patternText(value)}`,
    ...foundHeaders(message, name, values),
  };
}

/** The header stands there so many times. */
export function headerCount(message: ReceivedMessage, name: string, times: number): Check {
  const values = valuesOf(message, name);
  return {
    holds: message !== null && values.length === times,
    expected: `${times} headers ${name}`,
    ...foundHeaders(message, name, values),
  };
}

/** A trailer of this name is there and, with a value, one of this value. */
export function trailerCheck(message: ReceivedMessage, name: string, value?: TextPattern): Check {
  const trailers = message?.trailers ?? [];
  const values = trailers.filter(([key]) => key === byteName(name)).map(([, one]) => toText(one));
  return {
    holds: value === undefined ? values.length > 0 : values.some((one) => isEqual(one, value)),
    expected: value === undefined ? `a trailer ${name}` : `a trailer ${name}: ${patternText(value)}`,
    found: message === null ? nothing : `there are ${trailers.length} trailers`,
    details: fieldTexts(trailers),
    exchange: exchangeOf(message),
  };
}

/** A text that is the whole body, an expression that matches it, its bytes, or the value that it is as JSON. */
export type BodyExpectation = TextPattern | Uint8Array | { readonly json: unknown };

export function bodyCheck(message: ReceivedMessage, expected: BodyExpectation): Check {
  const bytes = message === null ? null : bodyBytes(message.body);
  const base = {
    found: message === null ? nothing : `the body is ${bodyText(message.body)}`,
    exchange: exchangeOf(message),
  };
  if (typeof expected === "string" || expected instanceof RegExp) {
    const text = bytes === null ? null : Buffer.from(bytes).toString("utf8");
    const holds =
      text !== null && (typeof expected === "string" ? text === expected : contains(text, expected));
    return { ...base, holds, expected: `the body ${patternText(expected)}` };
  }
  if (expected instanceof Uint8Array)
    return {
      ...base,
      holds: bytes !== null && Buffer.from(bytes).equals(expected),
      expected: `the ${expected.length} bytes ${Buffer.from(expected).toString("hex")} as body`,
    };
  const json = JSON.stringify(sorted(expected.json));
  return {
    ...base,
    holds: bytes !== null && JSON.stringify(sorted(parsed(bytes))) === json,
    expected: `a body with the JSON ${json}`,
  };
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    return undefined;
  }
}

/** The same value with the keys of objects in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, sorted(one)]),
  );
}

const nothing = "there is no message: nothing was received";

function foundHeaders(message: ReceivedMessage, name: string, values: readonly string[]) {
  const exchange: Exchange | null = exchangeOf(message);
  if (message === null) return { found: nothing, exchange };
  const found =
    values.length === 0
      ? `there is no ${name} among these:`
      : `there is ${values.length} of that name among these:`;
  return { found, details: fieldTexts(message.headers), exchange };
}

function valuesOf(message: ReceivedMessage, name: string): string[] {
  return (message?.headers ?? []).filter(([key]) => key === byteName(name)).map(([, value]) => toText(value));
}

function byteName(name: string): string {
  return fromText(name.toLowerCase());
}
