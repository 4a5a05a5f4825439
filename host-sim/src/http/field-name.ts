import type { ByteString } from "../byte-string.js";

/** The names of header fields are few and come again and again: each is looked at once. */
interface FieldName {
  /** ASCII lower case only: a byte string is no text. */
  readonly lowerCase: ByteString;
  /** Whether HTTP allows it (RFC 9110 §5.6.2). */
  readonly isToken: boolean;
  /** What the router lets pass: tokens, pseudo headers, and also the empty name. */
  readonly passesRouter: boolean;
}

const seen = new Map<ByteString, FieldName>();

/** Names come from filters and recordings too: nobody makes the table grow without end. */
const maximumSeen = 4096;
const maximumLength = 128;

export function fieldName(name: ByteString): FieldName {
  return seen.get(name) ?? lookAt(name);
}

/** ASCII lower case only: a byte string is no text. */
export function lowerCase(name: ByteString): ByteString {
  return fieldName(name).lowerCase;
}

function lookAt(name: ByteString): FieldName {
  const entry = {
    lowerCase: name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()),
    isToken: /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name),
    passesRouter: /^:?[!#$%&'*+\-.^_`|~0-9A-Za-z]*$/.test(name),
  };
  if (name.length > maximumLength) return entry;
  if (seen.size >= maximumSeen) seen.clear();
  seen.set(name, entry);
  return entry;
}
