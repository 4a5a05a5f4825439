import { firstValue, type HeaderList, type HeaderPair } from "../../byte-string.js";
import { SimulatorError } from "../../errors.js";
import type { RecordedStream } from "../../recording/recorded-stream.js";
import { BodyBuffer } from "../body-buffer.js";
import type { MessageSender, RequestEvents, ResponseEvents } from "../codec.js";
import { asksForContinue, requestHeaderMap, responseHeaderMap } from "../connection-manager-headers.js";
import { fieldName } from "../field-name.js";
import { asksForUpgrade } from "../../recording/tunnel.js";
import { isFailedHandshake } from "../upgrade.js";
import { bodyFraming, isInformational, trim } from "./decoder.js";
import { Http1MessageSender } from "./message-sender.js";
import { checkReadable, frameRequest, frameResponse, type FramedMessage } from "./recorded-wire.js";
import { maximumFields, rejectRequest } from "./request-rejection.js";

/** What a client sends over HTTP/1.1. Throws `ERR_UNSENDABLE_STREAM` for a request that HTTP/1.1 cannot say. */
export function sendRequest(
  stream: RecordedStream,
  limits: {
    readonly readLimit: number;
    readonly maximumHeaderBytes: number;
    readonly upgradeTypes: readonly string[];
  },
  events: RequestEvents,
): MessageSender {
  const framed = frameRequest(stream, stream.request);
  const { startLine } = framed;
  if (startLine.kind !== "request") throw new Error("a request starts with a request line");
  const endStream = endsWithHead(stream, framed);
  const head = () => {
    const fields = fieldsAsRead(framed);
    const rejection = rejectRequest(startLine, fields, limits.maximumHeaderBytes, limits.upgradeTypes);
    if (rejection !== null) {
      events.rejected(rejection, endStream);
      return true;
    }
    // Whatever follows a CONNECT or an upgrade is the tunnel's.
    const isUpgrade = framed.framing === "tunnel";
    const ends = endStream && startLine.method !== "CONNECT" && !isUpgrade;
    events.headers(requestHeaderMap(startLine, fields, isUpgrade), ends, {
      expectsContinue: asksForContinue(fields),
      closes: closesConnection(fields),
    });
    if (isUpgrade) events.data(new BodyBuffer());
    return !endStream || isUpgrade;
  };
  return new Http1MessageSender(stream, stream.request, framed, limits.readLimit, head, events);
}

/** What an upstream answers over HTTP/1.1. Throws as `sendRequest` does. */
export function sendResponse(
  stream: RecordedStream,
  about: {
    /** As the upstream got it: filters may have changed it. */
    readonly request: HeaderList;
    readonly keepAliveShown: boolean;
  },
  events: ResponseEvents,
): MessageSender {
  const { response } = stream;
  if (response === null) throw new Error("the recording has no response");
  const framed = frameResponse(stream, response);
  const { startLine } = framed;
  if (startLine.kind !== "response") throw new Error("a response starts with a status line");
  const requestMethod = firstValue(about.request, ":method") ?? "GET";
  const endStream = endsWithHead(stream, framed, requestMethod);
  const wasAsked = asksForUpgrade(about.request);
  const head = () => {
    // After an interim answer the upstream has nothing more to say.
    if (isInformational(startLine)) return false;
    const { status } = startLine;
    const fields = fieldsAsRead(framed);
    if (fields.length > maximumFields || (isBodiless(status) && announcesBody(fields))) {
      events.rejected();
      return true;
    }
    const headers = responseHeaderMap(status, fields, about.keepAliveShown);
    if (isBodiless(status)) headers.remove("content-length");
    if (isFailedHandshake(about.request, status)) {
      events.handshakeFailed(status, headers);
      return false;
    }
    const isUpgrade = wasAsked && asksForUpgrade(fields);
    events.headers(status, headers, endStream && !isUpgrade);
    if (isUpgrade) events.data(new BodyBuffer());
    // Nobody asked to switch protocols: there is nothing behind it.
    else if (status === 101) events.end(null);
    return isUpgrade || (!endStream && status !== 101);
  };
  return new Http1MessageSender(stream, response, framed, Infinity, head, events);
}

/** Answers that have no body whatever they say (RFC 9110 §8.6). Envoy forgives a length of 0. */
const isBodiless = (status: number) => status < 200 || status === 204;

function announcesBody(fields: HeaderList): boolean {
  return fields.some(
    ([name, value]) => name === "transfer-encoding" || (name === "content-length" && value !== "0"),
  );
}

function closesConnection(fields: HeaderList): boolean {
  return fields.some(([name, value]) => name === "connection" && /(?:^|,)\s*close\s*(?:,|$)/i.test(value));
}

/** Whether the message is over with its head. */
function endsWithHead(stream: RecordedStream, framed: FramedMessage, requestMethod?: string): boolean {
  checkReadable(stream, framed);
  const framing = bodyFraming(framed.startLine, framed.fields, requestMethod);
  if (framing !== null) return framing.at === "complete";
  throw new SimulatorError(
    "ERR_UNSENDABLE_STREAM",
    `${stream.source} cannot be sent over HTTP/1.1: its content-length is no number.`,
    "Correct the recording, or leave this stream out.",
  );
}

/** Names in lower case, white space around values gone. */
function fieldsAsRead({ fields }: FramedMessage): HeaderList {
  const read: HeaderPair[] = [];
  for (const field of fields) {
    const [name, value] = field;
    const lowerCase = fieldName(name).lowerCase;
    const trimmed = trim(value);
    read.push(lowerCase === name && trimmed === value ? field : [lowerCase, trimmed]);
  }
  return read;
}
