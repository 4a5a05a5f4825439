/** What became of a stream, as far as it depends neither on how the stream was cut into pieces nor on what framed it. */
import { toText } from "../byte-string.js";
import { bodyText, fieldText } from "./message-text.js";
import type { Exchange, HttpMessage } from "../http/exchange.js";

/** Sentences, the same for outcomes that are the same. */
export function outcomeLines(exchange: Exchange): string[] {
  const { outcome, localReply, upstream, response } = exchange;
  return [
    `the stream ended as ${outcome.kind}`,
    ...(localReply === null
      ? messageLines("the upstream got", upstream)
      : [
          `a local reply ${localReply.statusCode} with the details ${JSON.stringify(toText(localReply.details))}`,
          // How much of a request got through before the reply is a matter of pieces; that nothing did is not.
          upstream === null ? "the upstream got nothing" : "the upstream got a part of the request",
        ]),
    ...messageLines("the client got", response),
  ];
}

/** The lines that only one of them has: `- ` in the first alone, `+ ` in the second. */
export function outcomeDifferences(before: readonly string[], after: readonly string[]): string[] {
  return [
    ...before.filter((line) => !after.includes(line)).map((line) => `- ${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`),
  ];
}

/** Framing follows from the pieces, a date from the time. */
const notCompared = new Set(["content-length", "transfer-encoding", "date", "connection"]);

function messageLines(who: string, message: HttpMessage | null): string[] {
  if (message === null) return [`${who} nothing`];
  const trailers = (message.trailers ?? []).map((field) => `${who} the trailer ${fieldText(field)}`);
  const fields = message.headers.filter(([name]) => !notCompared.has(name));
  return [
    ...fields.map((field) => `${who} ${fieldText(field)}`),
    `${who} the body ${bodyText(message.body, Infinity)}`,
    ...trailers,
  ];
}
