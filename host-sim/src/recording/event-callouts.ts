import type { HeaderList } from "../byte-string.js";
import {
  type EventFields,
  readByteField,
  readHeaders,
  readMilliseconds,
  readTrailers,
  readWord,
  writeBytes,
  writeHeaders,
} from "./event-fields.js";
import type { JsonValue } from "./json-value.js";
import {
  CALLOUT_FAILURES,
  type RecordedCallout,
  type RecordedCalloutFailure,
  type RecordedGrpcAnswer,
  type RecordedHttpAnswer,
} from "./recorded-callout.js";

/** The fields of a `callout` event. */
export function readCallout(event: JsonValue): RecordedCallout {
  const cluster = event.field("cluster").string();
  const method = event.optional("method");
  const match = event.optional("match");
  const answer = event.field("answer");
  if (method === null) {
    return {
      cluster,
      ...(match === null ? {} : { match: readHeaders(match) }),
      answer: readFailure(answer) ?? readHttpAnswer(answer),
    };
  }
  if (match !== null) throw match.bad("stands beside method: a gRPC call is matched by its method alone");
  if (!/^\/[!-~]+$/.test(method.string())) throw method.bad('is no path such as "/package.Service/Method"');
  return { cluster, method: method.string(), answer: readFailure(answer) ?? readGrpcAnswer(answer) };
}

export function writeCallout(callout: RecordedCallout): EventFields {
  const { cluster, answer } = callout;
  if ("failure" in answer) return { cluster, ...selection(callout), answer };
  if ("grpcStatus" in answer) return { cluster, ...selection(callout), answer: writeGrpcAnswer(answer) };
  return { cluster, ...selection(callout), answer: writeHttpAnswer(answer) };
}

function selection(callout: RecordedCallout): EventFields {
  if ("method" in callout) return { method: callout.method };
  return callout.match === undefined ? {} : { match: writeHeaders(callout.match) };
}

function readFailure(answer: JsonValue): RecordedCalloutFailure | null {
  const failure = answer.optional("failure");
  if (failure === null) return null;
  answer.only(["failure", "delayMs"]);
  return { failure: readWord(failure, CALLOUT_FAILURES), ...readDelay(answer) };
}

function readHttpAnswer(answer: JsonValue): RecordedHttpAnswer {
  answer.only(["status", "headers", "body", "trailers", "delayMs"]);
  const status = answer.field("status");
  if (status.integer() < 200 || status.integer() > 999)
    throw status.badWord("a final status from 200 to 999");
  const headers = answer.optional("headers");
  const body = answer.optional("body");
  const trailers = answer.optional("trailers");
  return {
    status: status.integer(),
    headers: headers === null ? [] : readTrailers(headers),
    body: body === null ? new Uint8Array() : readByteField(body),
    trailers: trailers === null ? null : readTrailers(trailers),
    ...readDelay(answer),
  };
}

function writeHttpAnswer(answer: RecordedHttpAnswer): EventFields {
  return {
    status: answer.status,
    headers: writeHeaders(answer.headers),
    ...(answer.body.length === 0 ? {} : { body: writeBytes(answer.body) }),
    ...(answer.trailers === null ? {} : { trailers: writeHeaders(answer.trailers) }),
    ...writeDelay(answer),
  };
}

function readGrpcAnswer(answer: JsonValue): RecordedGrpcAnswer {
  answer.only(["grpcStatus", "statusMessage", "initialMetadata", "messages", "trailingMetadata", "delayMs"]);
  const status = answer.field("grpcStatus");
  if (status.integer() < 0) throw status.bad("is negative");
  const message = answer.optional("statusMessage");
  return {
    grpcStatus: status.integer(),
    ...(message === null ? {} : { statusMessage: message.string() }),
    ...readMetadata(answer, "initialMetadata"),
    messages: answer.optional("messages")?.elements().map(readByteField) ?? [],
    ...readMetadata(answer, "trailingMetadata"),
    ...readDelay(answer),
  };
}

function readMetadata<Name extends string>(
  answer: JsonValue,
  name: Name,
): { readonly [Key in Name]?: HeaderList } {
  const list = answer.optional(name);
  return (list === null ? {} : { [name]: readTrailers(list) }) as { readonly [Key in Name]?: HeaderList };
}

function writeGrpcAnswer(answer: RecordedGrpcAnswer): EventFields {
  const { initialMetadata, trailingMetadata } = answer;
  return {
    grpcStatus: answer.grpcStatus,
    ...(answer.statusMessage === undefined ? {} : { statusMessage: answer.statusMessage }),
    ...(initialMetadata === undefined ? {} : { initialMetadata: writeHeaders(initialMetadata) }),
    ...(answer.messages.length === 0 ? {} : { messages: answer.messages.map(writeBytes) }),
    ...(trailingMetadata === undefined ? {} : { trailingMetadata: writeHeaders(trailingMetadata) }),
    ...writeDelay(answer),
  };
}

function readDelay(answer: JsonValue): { readonly delayMs?: number } {
  const delay = answer.optional("delayMs");
  return delay === null ? {} : { delayMs: readMilliseconds(delay) };
}

function writeDelay({ delayMs }: { readonly delayMs?: number }): EventFields {
  return delayMs === undefined ? {} : { delayMs };
}
