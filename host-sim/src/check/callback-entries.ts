/** The ABI trace of a stream, boiled down: callbacks with what the filter did in them that others notice. */
import { logLevels, Status, StreamType } from "../abi/enums.js";
import { toText } from "../byte-string.js";
import type { LogLine, TraceLine } from "../envoy/event-log.js";

export interface CallbackEntry {
  /** `request_headers(3 headers, end of stream)` */
  readonly call: string;
  /** Host calls with an effect or a failure, and log lines, in order. */
  readonly events: readonly string[];
  /** `StopIteration`; null where it returns nothing or did not return. */
  readonly result: string | null;
}

interface Happened {
  readonly logs: readonly LogLine[];
  readonly trace: readonly TraceLine[];
}

/** Callbacks in which nothing happened at the end of a stream are left out. */
export function callbackEntries({ logs, trace }: Happened): CallbackEntry[] {
  const entries: OpenEntry[] = [];
  const open: OpenEntry[] = [];
  const lines: (LogLine | TraceLine)[] = [...logs, ...trace];
  for (const line of lines.sort((a, b) => a.sequence - b.sequence)) {
    if (isLog(line)) {
      const text = `log ${line.level.padEnd(logLevels[3].length)} ${withoutPrefix(toText(line.text))}`;
      const entry = open.at(-1);
      if (entry === undefined) entries.push({ ...newEntry("(Envoy)"), events: [text] });
      else entry.events.push(text);
      continue;
    }
    const parts =
      /^\[(host->vm|host<-vm|vm->host|vm<-host)\] (?:\w+\.)?(\w+)(?:\((.*)\)| return: (.*))$/.exec(line.text);
    if (parts === null) continue;
    const [, direction, name = "", args = "", value = ""] = parts;
    const numbers = args === "" ? [] : args.split(", ");
    if (direction === "host->vm" && name.startsWith("proxy_on_")) {
      const entry = newEntry(callText(name, numbers));
      entries.push(entry);
      open.push(entry);
    } else if (direction === "host<-vm" && name.startsWith("proxy_on_")) {
      const entry = open.pop();
      if (entry !== undefined) entry.result = resultText(name, value);
    } else if (direction === "vm->host") {
      open.at(-1)?.calls.push(numbers);
    } else if (direction === "vm<-host") {
      const entry = open.at(-1);
      const text = hostCallText(name, entry?.calls.pop() ?? [], value);
      if (text !== null) entry?.events.push(text);
    }
  }
  return entries.filter(({ call, events }) => events.length > 0 || !/^(log|done|delete)\(/.test(call));
}

function isLog(line: LogLine | TraceLine): line is LogLine {
  return "level" in line;
}

type OpenEntry = { -readonly [Key in keyof CallbackEntry]: CallbackEntry[Key] } & {
  events: string[];
  /** Arguments of host calls that have not returned. */
  readonly calls: string[][];
};

function newEntry(call: string): OpenEntry {
  return { call, events: [], result: null, calls: [] };
}

/** Envoy's prefix says which plugin it was. */
function withoutPrefix(text: string): string {
  return text.replace(/^wasm log[^:]*: /, "");
}

/** The numbers behind the context's, named. */
const argumentNames: Readonly<Record<string, readonly string[]>> = {
  request_headers: ["header", "end"],
  response_headers: ["header", "end"],
  request_body: ["byte", "end"],
  response_body: ["byte", "end"],
  request_trailers: ["trailer"],
  response_trailers: ["trailer"],
  http_call_response: ["token", "header", "byte", "trailer"],
};

function callText(exported: string, [, ...numbers]: readonly string[]): string {
  const name = exported.slice("proxy_on_".length);
  const names = argumentNames[name];
  const texts =
    names === undefined
      ? numbers
      : numbers.flatMap((number, index) => {
          const what = names[index];
          if (what === undefined) return [];
          if (what === "end") return number === "0" ? [] : ["end of stream"];
          return [what === "token" ? `token ${number}` : `${number} ${what}${number === "1" ? "" : "s"}`];
        });
  return `${name}(${texts.join(", ")})`;
}

const headersResults = [
  "Continue",
  "StopIteration",
  "ContinueAndEndStream",
  "StopAllIterationAndBuffer",
  "StopAllIterationAndWatermark",
];
const dataResults = [
  "Continue",
  "StopIterationAndBuffer",
  "StopIterationAndWatermark",
  "StopIterationNoBuffer",
];

function resultText(name: string, value: string): string | null {
  if (value === "void" || value === "") return null;
  if (name.endsWith("_headers")) return headersResults[Number(value)] ?? value;
  if (name.endsWith("_body")) return dataResults[Number(value)] ?? value;
  if (name.endsWith("_trailers")) return value === "0" ? "Continue" : "StopIteration";
  return value;
}

/** What these do is said elsewhere, or is nobody's business. */
const unremarkable = new Set(["proxy_log", "proxy_get_log_level", "proxy_set_effective_context"]);
const statusNames = new Map(Object.entries(Status).map(([name, value]) => [String(value), name]));
const streamNames = new Map(
  Object.entries(StreamType).map(([name, value]) => [String(value), name.toLowerCase()]),
);

/** Null: nothing that others notice, and it worked. */
function hostCallText(imported: string, numbers: readonly string[], value: string): string | null {
  if (!imported.startsWith("proxy_") || unremarkable.has(imported)) return null;
  const name = imported.slice("proxy_".length);
  const failed = value !== "0" && value !== "void";
  if (name.startsWith("get_") && (!failed || value === String(Status.NotFound))) return null;
  const status = failed ? ` = ${statusNames.get(value) ?? value}` : "";
  return `${name}(${hostCallArgument(name, numbers)})${status}`;
}

/** Numbers that mean something by themselves; the rest are pointers. */
function hostCallArgument(name: string, [first = ""]: readonly string[]): string {
  if (name === "send_local_response" || name === "set_tick_period_milliseconds") return first;
  if (name === "continue_stream" || name === "close_stream") return streamNames.get(first) ?? first;
  if (name.includes("header_map")) return mapNames[Number(first)] ?? first;
  return "";
}

const mapNames = [
  "request headers",
  "request trailers",
  "response headers",
  "response trailers",
  "gRPC initial metadata",
  "gRPC trailing metadata",
  "callout headers",
  "callout trailers",
];
