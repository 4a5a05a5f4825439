import { attachedBytes, encoded } from "./har-content.js";
import { firstValue, type HeaderList } from "../byte-string.js";
import { announcedLength, withContentLength } from "./framing.js";
import type { JsonValue } from "./json-value.js";
import type { RecordedBody, RecordedStream } from "./recorded-stream.js";

/** A body, and the headers made to fit it. */
interface FramedBody {
  readonly headers: HeaderList;
  readonly body: RecordedBody;
}

/** What is made of a body that is recorded decoded. */
export type WireForm = "drop" | "recompress";

interface BodyOptions {
  readonly folder: string | null;
  readonly wire?: WireForm;
}

const NO_BODY: RecordedBody = { kind: "recorded", chunks: [] };

/**
 * The request's body from `postData`, which has a text or a list of form parameters, and in the standard no way to
 * hold bytes that are no text: Chromium writes `text: ""` for a binary upload.
 */
export function readHarRequestBody(
  request: JsonValue,
  headers: HeaderList,
  protocol: RecordedStream["protocol"],
  notes: string[],
  { folder }: BodyOptions,
): FramedBody {
  const bodySize = sizeOf(request.optional("bodySize")) ?? 0;
  const size = announcedLength(headers) ?? (bodySize > 0 ? bodySize : null);
  const postData = request.optional("postData");
  const missing = (reason: string): FramedBody => ({ headers, body: { kind: "missing", size, reason } });

  const bytes =
    postData === null
      ? null
      : (textBytes(postData, announcedLength(headers)) ?? attachedBytes(postData, folder));
  if (bytes !== null && bytes.length > 0) {
    if (size !== null && size !== bytes.length && Buffer.from(bytes).includes("\u{FFFD}")) {
      return missing("the bytes of a binary upload were recorded as text and lost");
    }
    if (postData !== null && isOctets(postData, announcedLength(headers)))
      notes.push("The request's body is no text: each character of the recorded text is one octet of it.");
    return {
      headers: fitRequest(headers, bytes.length, protocol, notes),
      body: { kind: "recorded", chunks: [bytes] },
    };
  }

  const params = postData?.optional("params")?.elements() ?? [];
  if (postData !== null && params.length > 0) {
    const type = (postData.optional("mimeType")?.string() ?? "").toLowerCase();
    if (!type.startsWith("application/x-www-form-urlencoded")) {
      return missing("of a form with files only the names of its fields are recorded");
    }
    const form = new Uint8Array(Buffer.from(formText(params, size)));
    notes.push("The request's body was put together from the recorded form parameters.");
    return {
      headers: fitRequest(headers, form.length, protocol, notes),
      body: { kind: "recorded", chunks: [form] },
    };
  }

  if (size !== null && size > 0) return missing("binary uploads are left out of HAR files");
  return { headers, body: NO_BODY };
}

/**
 * The response's body from `content`, which is decoded: unchunked, decompressed and, where it is text, turned into
 * UTF-8. The headers that describe the encoded form are made to fit.
 */
export function readHarResponseBody(
  response: JsonValue,
  status: number,
  headers: HeaderList,
  notes: string[],
  { folder, wire = "drop" }: BodyOptions,
): FramedBody {
  const content = response.optional("content");
  const text = content?.optional("text") ?? null;
  const recordedSize = sizeOf(content?.optional("size") ?? null);
  const attached = content === null || text !== null ? null : attachedBytes(content, folder);
  const bytes = content === null || text === null ? attached : contentBytes(content, text);

  const state = response.optional("_charlesStatus")?.string() ?? "COMPLETE";
  if (state.toUpperCase() !== "COMPLETE") {
    const reason = `Charles saw the exchange break off (${state}): what it has of the body may be cut off`;
    return { headers, body: { kind: "missing", size: announcedLength(headers), reason } };
  }
  const encoding = firstValue(headers, "content-encoding");
  const announced = encoding === null ? announcedLength(headers) : null;
  if (bytes === null || (bytes.length === 0 && ((recordedSize ?? 0) > 0 || (announced ?? 0) > 0))) {
    return { headers, body: absentContent(content, recordedSize, status, response, headers) };
  }
  if (!isBase64(content) && attached === null) noteForeignCharset(headers, notes);
  const packed = encoding === null || wire === "drop" ? null : encoded(bytes, encoding);
  if (packed !== null) {
    notes.push(`The response's body is packed again as ${encoding}: HAR has only the decoded one.`);
    return {
      headers: withContentLength(headers, packed.length),
      body: { kind: "recorded", chunks: packed.length === 0 ? [] : [packed] },
    };
  }

  const decoded = encoding === null ? headers : headers.filter(([name]) => name !== "content-encoding");
  if (encoding !== null) {
    notes.push(`The response's content-encoding ${encoding} is dropped: HAR has only the decoded body.`);
  }
  if (announced !== null && announced !== bytes.length) {
    notes.push(
      `The response's content-length is ${bytes.length}, the length of the recorded body, instead of ${announced}.`,
    );
  }
  return {
    headers: withContentLength(decoded, bytes.length),
    body: { kind: "recorded", chunks: bytes.length === 0 ? [] : [bytes] },
  };
}

/** No text: either there was no body, or the browser did not keep it. */
function absentContent(
  content: JsonValue | null,
  recordedSize: number | null,
  status: number,
  response: JsonValue,
  headers: HeaderList,
): RecordedBody {
  const announced = announcedLength(headers);
  const size = recordedSize !== null && recordedSize > 0 ? recordedSize : announced;
  const missing = (reason: string): RecordedBody => ({ kind: "missing", size, reason });

  const file = content?.optional("_file") ?? null;
  if (file !== null) return missing("the file beside the HAR that it stands in is not there");
  if (size === 0) return NO_BODY;
  if (status >= 300 && status < 400) return missing("browsers do not keep the bodies of redirects");
  if (size !== null || (sizeOf(response.optional("bodySize")) ?? 0) > 0 || recordedSize === null) {
    return missing("the browser had thrown the body away when the HAR was written");
  }
  return NO_BODY;
}

function isBase64(holder: JsonValue | null): boolean {
  const encoding = holder?.optional("encoding") ?? null;
  if (encoding === null || encoding.string() === "") return false;
  if (encoding.string() !== "base64") throw encoding.badWord('"base64"');
  return true;
}

function contentBytes(content: JsonValue, text: JsonValue): Uint8Array {
  return isBase64(content) ? text.base64() : new Uint8Array(Buffer.from(text.string(), "utf8"));
}

/** `encoding` is no field of postData in the standard; programs that write it mean what it means in content. */
function textBytes(postData: JsonValue, announced: number | null): Uint8Array | null {
  const text = postData.optional("text");
  if (text === null) return null;
  return isOctets(postData, announced)
    ? new Uint8Array(Buffer.from(text.string(), "latin1"))
    : contentBytes(postData, text);
}

/**
 * mitmproxy and Firefox write a binary upload as a text whose characters are its octets. The length that the request announced tells it
 * from UTF-8.
 */
function isOctets(postData: JsonValue, announced: number | null): boolean {
  const text = postData.optional("text");
  if (text === null || isBase64(postData)) return false;
  const characters = text.string();
  return (
    announced === characters.length &&
    announced !== Buffer.byteLength(characters) &&
    // oxlint-disable-next-line no-control-regex -- octets are what this is about
    /^[\x00-\xff]*$/.test(characters)
  );
}

/** Unknown is -1, null or absent, whoever wrote the file. */
function sizeOf(value: JsonValue | null): number | null {
  if (value === null || typeof value.value !== "number") return null;
  return Number.isSafeInteger(value.value) && value.value >= 0 ? value.value : null;
}

/** A request body needs framing on HTTP/1.1, and one that fits. */
function fitRequest(
  headers: HeaderList,
  length: number,
  protocol: RecordedStream["protocol"],
  notes: string[],
): HeaderList {
  const announced = announcedLength(headers);
  if (announced !== null) {
    if (announced === length) return headers;
    notes.push(
      `The request's content-length is ${length}, the length of the recorded body, instead of ${announced}.`,
    );
    return withContentLength(headers, length);
  }
  if (protocol === "HTTP/2" || firstValue(headers, "transfer-encoding") !== null) return headers;
  notes.push("The request has a body and no recorded content-length; one was added.");
  return [...headers.filter(([name]) => name !== "content-length"), ["content-length", String(length)]];
}

/** Programs disagree on whether parameters are recorded encoded; the recorded size tells. */
function formText(params: readonly JsonValue[], size: number | null): string {
  const pairs = params.map(
    (param) => [param.field("name").string(), param.optional("value")?.string() ?? ""] as const,
  );
  const asRecorded = pairs.map(([name, value]) => `${name}=${value}`).join("&");
  if (size === Buffer.byteLength(asRecorded)) return asRecorded;
  // Charles takes other content for one parameter without a value.
  const bare = pairs.map(([name, value]) => (value === "" ? name : `${name}=${value}`)).join("&");
  if (size === Buffer.byteLength(bare)) return bare;
  return new URLSearchParams(pairs.map((pair): [string, string] => [...pair])).toString();
}

/** The text became UTF-8 in the browser; the header still tells the old charset, and is left alone. */
function noteForeignCharset(headers: HeaderList, notes: string[]): void {
  const charset = /;\s*charset="?([^";\s]+)/i.exec(firstValue(headers, "content-type") ?? "")?.[1];
  if (charset !== undefined && !/^(utf-?8|us-ascii|ascii)$/i.test(charset)) {
    notes.push(`The response's body is UTF-8 in HAR, whatever its content-type says (charset=${charset}).`);
  }
}
