import type { ByteString, HeaderList, HeaderPair } from "../byte-string.js";
import type { RecordedCallout } from "./recorded-callout.js";
import type { ExpectedMessage, RecordedExpectation } from "./recorded-expectation.js";
import type { RecordedItem } from "./recording.js";
import type { RecordedMessage, RecordedStream } from "./recorded-stream.js";

/** Headers that hold secrets in nearly every recording. */
export const SECRET_HEADERS: readonly string[] = [
  "authorization",
  "proxy-authorization",
  "cookie",
  "set-cookie",
  "x-api-key",
];

export interface RedactionOptions {
  /** Further headers whose values are replaced. */
  readonly redact?: readonly string[];
  /** Headers of the list above that stay as they are. */
  readonly keep?: readonly string[];
}

export interface Redaction {
  /** The item with the values replaced, in requests, responses, trailers, answers to callouts and expectations. */
  item<Item extends RecordedItem>(item: Item): Item;
  headers(headers: HeaderList): HeaderList;
}

/**
 * Replaces the values of headers that hold secrets, and keeps their length and shape: letters stay letters of the same case, digits
 * digits, everything else itself, so that a filter parses them as before. The scheme of credentials (`Bearer`) and the names and
 * attributes of cookies stay. Bodies, paths and TCP bytes are not looked at.
 */
export function redaction({ redact = [], keep = [] }: RedactionOptions = {}): Redaction {
  const kept = new Set(keep.map((name) => name.toLowerCase()));
  const names = new Set([...SECRET_HEADERS, ...redact.map((name) => name.toLowerCase())]);
  for (const name of kept) names.delete(name);

  const headers = (list: HeaderList): HeaderList =>
    list.some(([name]) => names.has(name))
      ? list.map((pair): HeaderPair => (names.has(pair[0]) ? [pair[0], redacted(...pair)] : pair))
      : list;
  const item = <Item extends RecordedItem>(value: Item): Item => {
    if ("request" in value) return { ...value, ...redactedStream(value, headers) };
    if ("events" in value && value.callouts !== undefined)
      return { ...value, callouts: value.callouts.map((callout) => redactedCallout(callout, headers)) };
    return "standing" in value ? { ...value, standing: redactedCallout(value.standing, headers) } : value;
  };
  return { item, headers };
}

type Headers = (headers: HeaderList) => HeaderList;

function redactedStream(stream: RecordedStream, headers: Headers): Partial<RecordedStream> {
  const message = (recorded: RecordedMessage): RecordedMessage => ({
    ...recorded,
    headers: headers(recorded.headers),
    trailers: recorded.trailers && headers(recorded.trailers),
  });
  return {
    request: message(stream.request),
    response: stream.response && message(stream.response),
    ...(stream.callouts === undefined
      ? {}
      : { callouts: stream.callouts.map((callout) => redactedCallout(callout, headers)) }),
    ...(stream.expect === undefined ? {} : { expect: redactedExpectation(stream.expect, headers) }),
  };
}

function redactedCallout(callout: RecordedCallout, headers: Headers): RecordedCallout {
  if ("method" in callout) {
    const { answer } = callout;
    if ("failure" in answer) return callout;
    const { initialMetadata, trailingMetadata } = answer;
    return {
      ...callout,
      answer: {
        ...answer,
        ...(initialMetadata === undefined ? {} : { initialMetadata: headers(initialMetadata) }),
        ...(trailingMetadata === undefined ? {} : { trailingMetadata: headers(trailingMetadata) }),
      },
    };
  }
  const { answer, match } = callout;
  return {
    ...callout,
    ...(match === undefined ? {} : { match: headers(match) }),
    answer:
      "failure" in answer
        ? answer
        : {
            ...answer,
            headers: headers(answer.headers),
            trailers: answer.trailers && headers(answer.trailers),
          },
  };
}

function redactedExpectation(expect: RecordedExpectation, headers: Headers): RecordedExpectation {
  const message = (expected: ExpectedMessage): ExpectedMessage => ({
    ...expected,
    headers: headers(expected.headers),
    ...(expected.trailers === undefined ? {} : { trailers: expected.trailers && headers(expected.trailers) }),
  });
  const { upstream, response } = expect;
  return {
    ...expect,
    ...(upstream === undefined ? {} : { upstream: upstream && message(upstream) }),
    ...(response === undefined ? {} : { response: response && message(response) }),
  };
}

function redacted(name: ByteString, value: ByteString): ByteString {
  switch (name) {
    case "authorization":
    case "proxy-authorization": {
      const [, scheme = "", secret = ""] =
        /^([A-Za-z][A-Za-z0-9!#$%&'*+.^_`|~-]* +)?(.*)$/s.exec(value) ?? [];
      return scheme + masked(secret);
    }
    case "cookie":
      return value.split(";").map(redactedCookie).join(";");
    case "set-cookie": {
      const [cookie = "", ...attributes] = value.split(";");
      return [redactedCookie(cookie), ...attributes].join(";");
    }
    default:
      return masked(value);
  }
}

/** `name=value`; without a `=` all of it is secret. */
function redactedCookie(cookie: string): string {
  const equals = cookie.indexOf("=");
  return cookie.slice(0, equals + 1) + masked(cookie.slice(equals + 1));
}

/** Characters of the same kind: nothing of the value is left but its shape. */
function masked(value: ByteString): ByteString {
  return value.replace(/[0-9A-Za-z\x80-\xff]/g, (character) => {
    if (/[0-9]/.test(character)) return "0";
    return /[A-Z]/.test(character) ? "X" : "x";
  });
}
