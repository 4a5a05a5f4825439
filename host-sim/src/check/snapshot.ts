/** Exchanges and traces as text that is the same in every run: no times, no addresses, no secrets. */
import { firstValue, toText } from "../byte-string.js";
import type { HttpCallout } from "../callout/http-callouts.js";
import type { TraceLine } from "../envoy/event-log.js";
import type { Exchange, HttpMessage } from "../http/exchange.js";
import { bodyText, fieldTexts } from "./message-text.js";

export function isExchange(value: unknown): value is Exchange {
  return hasAll(value, ["stream", "outcome", "upstream", "response", "localReply", "trace"]);
}

/** A trace that is not empty. */
export function isTrace(value: unknown): value is readonly TraceLine[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((line) => hasAll(line, ["thread", "text", "sequence"]) && !("level" in (line as object)))
  );
}

function hasAll(value: unknown, keys: readonly string[]): boolean {
  return typeof value === "object" && value !== null && keys.every((key) => key in value);
}

export function snapshotText(value: Exchange | readonly TraceLine[]): string {
  return ("outcome" in value ? exchangeLines(value) : traceLines(value)).join("\n");
}

function exchangeLines(exchange: Exchange): string[] {
  const { outcome, upstream, response, localReply, logs, callouts } = exchange;
  return [
    `outcome: ${outcome.kind}`,
    ...messageLines("upstream", upstream),
    ...messageLines("response", response),
    ...(localReply === null
      ? []
      : [`local reply: ${localReply.statusCode} ${JSON.stringify(toText(localReply.details))}`]),
    ...(callouts.length === 0 ? [] : ["callouts:", ...callouts.flatMap(calloutLines).map(indent)]),
    ...(logs.length === 0
      ? []
      : ["logs:", ...logs.map(({ level, text }) => indent(`${level}: ${toText(text)}`))]),
  ];
}

function messageLines(what: string, message: HttpMessage | null): string[] {
  if (message === null) return [`${what}: nothing`];
  return [
    `${what}:`,
    ...fieldTexts(withoutDate(message.headers)).map(indent),
    indent(`body: ${bodyText(message.body, Infinity)}`),
    ...(message.trailers === null
      ? []
      : ["  trailers:", ...fieldTexts(message.trailers).map((line) => `    ${line}`)]),
  ];
}

/** Envoy's own date is the time of the run. */
function withoutDate(headers: HttpMessage["headers"]): HttpMessage["headers"] {
  return headers.filter(([name]) => name !== "date" && name !== "x-envoy-upstream-service-time");
}

function calloutLines({ request, outcome }: HttpCallout): string[] {
  return [
    `${toText(request.cluster)} ${toText(firstValue(request.headers, ":path") ?? "")}: ${outcome}`,
    ...fieldTexts(request.headers).map(indent),
    indent(`body: ${bodyText({ kind: "recorded", chunks: [request.body] }, Infinity)}`),
  ];
}

/** Envoy's lines, but for the addresses in guest memory, which another build of the same filter has elsewhere. */
function traceLines(trace: readonly TraceLine[]): string[] {
  return trace.map(({ text }) =>
    toText(text)
      .replace(
        /^(\[vm->host\] \w+\.)(\w+)\((.+)\)$/,
        (_line, head: string, name: string, args: string) => `${head}${name}(${maskAddresses(name, args)})`,
      )
      .replace(/^(\[host<-vm\] (?:malloc|proxy_on_memory_allocate) return: )\d+$/, "$1<address>"),
  );
}

/** Arguments of host functions that are no addresses, however great, by position. */
const values: Readonly<Record<string, readonly number[]>> = {
  proxy_get_buffer_bytes: [1, 2],
  proxy_set_buffer_bytes: [1, 2],
  proxy_http_call: [8],
  proxy_grpc_call: [10],
  proxy_increment_metric: [0, 1],
  proxy_record_metric: [0, 1],
  proxy_set_tick_period_milliseconds: [0],
};

/** No module has its data below 1024, and few other numbers are above it. */
function maskAddresses(name: string, args: string): string {
  const kept = values[name] ?? [];
  return args
    .split(", ")
    .map((argument, index) => (Number(argument) >= 1024 && !kept.includes(index) ? "<address>" : argument))
    .join(", ");
}

function indent(line: string): string {
  return `  ${line}`;
}
