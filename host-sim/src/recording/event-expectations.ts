import {
  type EventFields,
  readByteField,
  readHeaders,
  readTrailers,
  readWord,
  writeBytes,
  writeHeaders,
} from "./event-fields.js";
import { JsonValue } from "./json-value.js";
import {
  EXPECTED_LOG_LEVELS,
  EXPECTED_OUTCOMES,
  type ExpectedLocalReply,
  type ExpectedMessage,
  type RecordedExpectation,
} from "./recorded-expectation.js";

/** The fields of an `expect` event; what stands there as null is expected to be nothing. */
export function readExpectation(event: JsonValue): RecordedExpectation {
  const outcome = event.optional("outcome");
  const logs = event.optional("logs");
  const metrics = event.optional("metrics");
  return {
    ...(outcome === null ? {} : { outcome: readWord(outcome, EXPECTED_OUTCOMES) }),
    ...nullable(event, "upstream", readMessage),
    ...nullable(event, "response", readMessage),
    ...nullable(event, "localReply", readLocalReply),
    ...(logs === null ? {} : { logs: logs.elements().map(readLog) }),
    ...(metrics === null ? {} : { metrics: readMetrics(metrics) }),
  };
}

export function writeExpectation(expectation: RecordedExpectation): EventFields {
  const { outcome, upstream, response, localReply, logs, metrics } = expectation;
  return {
    ...(outcome === undefined ? {} : { outcome }),
    ...(upstream === undefined ? {} : { upstream: upstream && writeMessage(upstream) }),
    ...(response === undefined ? {} : { response: response && writeMessage(response) }),
    ...(localReply === undefined
      ? {}
      : {
          localReply: localReply && {
            statusCode: localReply.statusCode,
            ...(localReply.details === undefined ? {} : { details: localReply.details }),
            ...(localReply.body === undefined ? {} : { body: writeBytes(localReply.body) }),
          },
        }),
    ...(logs === undefined ? {} : { logs }),
    ...(metrics === undefined ? {} : { metrics }),
  };
}

/** Absent, null and there are three things. */
function nullable<Name extends string, Value>(
  holder: JsonValue,
  name: Name,
  read: (field: JsonValue) => Value,
): { readonly [Key in Name]?: Value | null } {
  type Found = { readonly [Key in Name]?: Value | null };
  const field = holder.optional(name);
  return (field === null ? {} : { [name]: field.isNull ? null : read(field) }) as Found;
}

function readMessage(message: JsonValue): ExpectedMessage {
  message.only(["headers", "body", "trailers"]);
  const body = message.optional("body");
  return {
    headers: readHeaders(message.field("headers")),
    ...(body === null ? {} : { body: readByteField(body) }),
    ...nullable(message, "trailers", readTrailers),
  };
}

function writeMessage({ headers, body, trailers }: ExpectedMessage): EventFields {
  return {
    headers: writeHeaders(headers),
    ...(body === undefined ? {} : { body: writeBytes(body) }),
    ...(trailers === undefined ? {} : { trailers: trailers && writeHeaders(trailers) }),
  };
}

function readLocalReply(reply: JsonValue): ExpectedLocalReply {
  reply.only(["statusCode", "details", "body"]);
  const details = reply.optional("details");
  const body = reply.optional("body");
  return {
    statusCode: reply.field("statusCode").integer(),
    ...(details === null ? {} : { details: details.string() }),
    ...(body === null ? {} : { body: readByteField(body) }),
  };
}

function readLog(log: JsonValue): NonNullable<RecordedExpectation["logs"]>[number] {
  log.only(["level", "text"]);
  return { level: readWord(log.field("level"), EXPECTED_LOG_LEVELS), text: log.field("text").string() };
}

function readMetrics(metrics: JsonValue): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.keys(metrics.object()).map((name) => [name, metrics.field(name).integer()]),
  );
}
