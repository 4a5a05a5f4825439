import type { HeaderList, HeaderPair } from "../../byte-string.js";
import { SimulatorError } from "../../errors.js";
import type { RecordedStream } from "../../recording/recorded-stream.js";
import type { DownstreamCodec, UpstreamCodec } from "../codec.js";
import { asksForContinue, requestHeaderMap, responseHeaderMap } from "../connection-manager-headers.js";
import { fieldName } from "../field-name.js";
import { upstreamProtocolError } from "../local-reply.js";
import { bodyFraming, isInformational, trim } from "./decoder.js";
import { Http1MessageRecorder } from "./message-recorder.js";
import { Http1MessageSender } from "./message-sender.js";
import { checkReadable, frameRequest, frameResponse, type FramedMessage } from "./recorded-wire.js";
import { maximumFields, rejectRequest } from "./request-rejection.js";

/** A client that speaks HTTP/1.1. */
export const http1Downstream: DownstreamCodec = {
  protocol: "HTTP/1.1",

  sendRequest(stream, readLimit, events) {
    const framed = frameRequest(stream, stream.request);
    const { startLine } = framed;
    if (startLine.kind !== "request") throw new Error("a request starts with a request line");
    const endStream = endsWithHead(stream, framed);
    const head = () => {
      const fields = fieldsAsRead(framed);
      const rejection = rejectRequest(startLine, fields);
      if (rejection !== null) {
        events.rejected(rejection, endStream);
        return true;
      }
      if (!endStream && asksForContinue(fields)) events.continueExpected();
      events.headers(requestHeaderMap(startLine, fields), endStream);
      return !endStream;
    };
    return new Http1MessageSender(stream, stream.request, framed, readLimit, head, events);
  },

  recordResponse: (requestMethod) => new Http1MessageRecorder({ kind: "response", requestMethod }),
};

/** An upstream that speaks HTTP/1.1. */
export const http1Upstream: UpstreamCodec = {
  recordRequest: () => new Http1MessageRecorder({ kind: "request" }),

  sendResponse(stream, { requestMethod, behaviour }, events) {
    const { response } = stream;
    if (response === null) throw new Error("the recording has no response");
    const framed = frameResponse(stream, response);
    const { startLine } = framed;
    if (startLine.kind !== "response") throw new Error("a response starts with a status line");
    const endStream = endsWithHead(stream, framed, requestMethod);
    const head = () => {
      // After an interim answer the upstream has nothing more to say.
      if (isInformational(startLine)) return false;
      const fields = fieldsAsRead(framed);
      if (fields.length > maximumFields) {
        events.rejected(upstreamProtocolError);
        return true;
      }
      events.headers(startLine.status, responseHeaderMap(startLine.status, fields, behaviour), endStream);
      return !endStream;
    };
    return new Http1MessageSender(stream, response, framed, Infinity, head, events);
  },
};

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
  for (const [name, value] of fields) read.push([fieldName(name).lowerCase, trim(value)]);
  return read;
}
