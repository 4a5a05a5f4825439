/**
 * The ABI's calls in words: what each number of a call means. `proxy_get_header_map_value(0, 4096, 6, …) = 0` reads
 * `map: request headers, name: "x-user", value: "jo"`, and `Ok`.
 */
import { fromBytes, toText } from "../byte-string.js";
import { BufferType, HeaderMapType, logLevels, MetricType, Status, StreamType } from "./enums.js";
import type { GuestMemory } from "./guest-memory.js";
import type { GuestValue } from "./host-function.js";
import { decodePairs } from "./pairs.js";

/** One argument, or one thing that the filter got besides the status. */
export interface CallWord {
  readonly name: string;
  readonly value: string;
  /** The value is text from memory, not a number or a word of the ABI. */
  readonly quoted?: true;
}

export interface HostCallWords {
  readonly name: string;
  readonly arguments: readonly CallWord[];
  /** The status; null when the call did not return. */
  result: string | null;
  /** Only of calls that succeeded. */
  answers: readonly CallWord[];
}

/** Longer texts are cut: a trace of words is for reading. */
const maxText = 256;

/** How many numbers a parameter has, and what they say. */
interface Parameter {
  readonly name: string;
  readonly kind: ParameterKind;
}

type ParameterKind =
  /** An address and a size; text in memory. */
  | "text"
  | "pairs"
  | "path"
  /** Two addresses, or one, where the host writes. */
  | "textOut"
  | "pairsOut"
  | "u32Out"
  | "u64Out"
  /** One number. */
  | "number"
  | "signed"
  | "flag"
  | "map"
  | "buffer"
  | "stream"
  | "metric"
  | "level";

/** Parameters in order, `name:kind`; a name alone is a number. */
const hostCallTable: Readonly<Record<string, string>> = {
  proxy_log: "level:level message:text",
  proxy_get_log_level: "level:u32Out",
  proxy_get_current_time_nanoseconds: "nanoseconds:u64Out",
  proxy_get_status: "code:u32Out message:textOut",
  proxy_set_effective_context: "context",
  proxy_done: "",
  proxy_set_tick_period_milliseconds: "milliseconds",
  proxy_continue_stream: "stream:stream",
  proxy_close_stream: "stream:stream",
  proxy_continue_request: "",
  proxy_continue_response: "",
  proxy_clear_route_cache: "",
  proxy_send_local_response: "status details:text body:text headers:pairs grpc_status:signed",
  proxy_get_header_map_pairs: "map:map pairs:pairsOut",
  proxy_set_header_map_pairs: "map:map pairs:pairs",
  proxy_get_header_map_value: "map:map name:text value:textOut",
  proxy_add_header_map_value: "map:map name:text value:text",
  proxy_replace_header_map_value: "map:map name:text value:text",
  proxy_remove_header_map_value: "map:map name:text",
  proxy_get_header_map_size: "map:map bytes:u32Out",
  proxy_get_buffer_bytes: "buffer:buffer start length bytes:textOut",
  proxy_get_configuration: "bytes:textOut",
  proxy_get_buffer_status: "buffer:buffer length:u32Out flags:u32Out",
  proxy_set_buffer_bytes: "buffer:buffer start length bytes:text",
  proxy_define_metric: "type:metric name:text id:u32Out",
  proxy_increment_metric: "id offset:signed",
  proxy_record_metric: "id value",
  proxy_get_metric: "id value:u64Out",
  proxy_get_property: "path:path value:textOut",
  proxy_set_property: "path:path value:text",
  proxy_get_shared_data: "key:text value:textOut cas:u32Out",
  proxy_set_shared_data: "key:text value:text cas",
  proxy_register_shared_queue: "name:text id:u32Out",
  proxy_resolve_shared_queue: "vm_id:text name:text id:u32Out",
  proxy_enqueue_shared_queue: "id data:text",
  proxy_dequeue_shared_queue: "id data:textOut",
  proxy_call_foreign_function: "name:text arguments:text result:textOut",
  proxy_http_call: "cluster:text headers:pairs body:text trailers:pairs timeout_ms:signed token:u32Out",
  proxy_grpc_call: "target:text service:text method:text metadata:pairs message:text timeout_ms token:u32Out",
  proxy_grpc_stream: "target:text service:text method:text metadata:pairs token:u32Out",
  proxy_grpc_send: "token message:text end:flag",
  proxy_grpc_close: "token",
  proxy_grpc_cancel: "token",
  envoy_resolve_dns: "name:text token:u32Out",
};

const hostCalls = new Map(Object.entries(hostCallTable).map(([name, text]) => [name, parametersOf(text)]));

function parametersOf(text: string): readonly Parameter[] {
  return text.split(" ").flatMap((word) => {
    const [name = "", kind = "number"] = word.split(":");
    return name === "" ? [] : [{ name, kind: kind as ParameterKind }];
  });
}

/** The numbers that a parameter takes. */
const widths: Partial<Record<ParameterKind, number>> = {
  text: 2,
  pairs: 2,
  path: 2,
  textOut: 2,
  pairsOut: 2,
};

/** A host function that leaves a record of each call in words; one that throws leaves it without a result. */
export function inWords(
  name: string,
  parameterCount: number,
  call: (...args: GuestValue[]) => GuestValue | void,
  memory: () => GuestMemory,
  calls: HostCallWords[],
): (...args: GuestValue[]) => GuestValue | void {
  return (...values) => {
    const args = values.slice(0, parameterCount);
    const words = hostCallWords(name, args, memory());
    calls.push(words);
    const result = call(...args);
    addAnswer(words, args, result, memory());
    return result;
  };
}

/** A call that was made; functions without a row, such as WASI's, show their numbers. */
function hostCallWords(name: string, values: readonly GuestValue[], memory: GuestMemory): HostCallWords {
  const words: CallWord[] = [];
  for (const { parameter, numbers } of assigned(name, values)) {
    if (parameter.kind.endsWith("Out")) continue;
    words.push({ name: parameter.name, ...argumentWord(parameter.kind, numbers, memory) });
  }
  return { name, arguments: words, result: null, answers: [] };
}

/** Adds how a call ended. */
function addAnswer(
  words: HostCallWords,
  values: readonly GuestValue[],
  result: GuestValue | void,
  memory: GuestMemory,
): void {
  words.result = result === undefined ? "" : statusWord(words.name, Number(result));
  if (result !== Status.Ok) return;
  words.answers = assigned(words.name, values)
    .filter(({ parameter }) => parameter.kind.endsWith("Out"))
    .map(({ parameter, numbers }) => ({
      name: parameter.name,
      ...answerWord(parameter.kind, numbers, memory),
    }));
}

function assigned(
  name: string,
  values: readonly GuestValue[],
): readonly { readonly parameter: Parameter; readonly numbers: readonly GuestValue[] }[] {
  const parameters =
    hostCalls.get(name) ?? values.map((_, index): Parameter => ({ name: String(index + 1), kind: "number" }));
  let next = 0;
  return parameters.map((parameter) => {
    const width = widths[parameter.kind] ?? 1;
    const numbers = values.slice(next, next + width);
    next += width;
    return { parameter, numbers };
  });
}

function argumentWord(
  kind: ParameterKind,
  numbers: readonly GuestValue[],
  memory: GuestMemory,
): Omit<CallWord, "name"> {
  const [first = 0, second = 0] = numbers;
  switch (kind) {
    case "text":
      return textWord(memory.read(Number(first) >>> 0, Number(second) >>> 0));
    case "path":
      return textWord(memory.read(Number(first) >>> 0, Number(second) >>> 0), (text) =>
        text.replaceAll("\0", "."),
      );
    case "pairs":
      return pairsWord(memory.read(Number(first) >>> 0, Number(second) >>> 0));
    case "flag":
      return { value: first === 0 ? "false" : "true" };
    case "signed":
      return { value: String(typeof first === "bigint" ? first : first | 0) };
    case "map":
      return { value: memberWord(HeaderMapType, first) };
    case "buffer":
      return { value: memberWord(BufferType, first) };
    case "stream":
      return { value: memberWord(StreamType, first) };
    case "metric":
      return { value: memberWord(MetricType, first) };
    case "level":
      return { value: logLevels[Number(first)] ?? String(first) };
    default:
      return { value: unsigned(first) };
  }
}

function answerWord(
  kind: ParameterKind,
  numbers: readonly GuestValue[],
  memory: GuestMemory,
): Omit<CallWord, "name"> {
  const at = (address: GuestValue | undefined): number => memory.readU32(Number(address) >>> 0) ?? 0;
  const [first, second] = numbers;
  switch (kind) {
    case "textOut":
      return textWord(memory.read(at(first), at(second)));
    case "pairsOut":
      return pairsWord(memory.read(at(first), at(second)));
    case "u64Out": {
      const bytes = memory.read(Number(first) >>> 0, 8);
      return { value: bytes === null ? "?" : String(new DataView(bytes.buffer).getBigUint64(0, true)) };
    }
    default:
      return { value: String(at(first)) };
  }
}

function textWord(bytes: Uint8Array | null, change = (text: string): string => text): Omit<CallWord, "name"> {
  if (bytes === null) return { value: "outside of memory" };
  const text = change(toText(fromBytes(bytes.subarray(0, maxText))));
  const rest = bytes.length > maxText ? `… (${bytes.length} bytes)` : "";
  return { value: `${text}${rest}`, quoted: true };
}

function pairsWord(bytes: Uint8Array | null): Omit<CallWord, "name"> {
  if (bytes === null) return { value: "outside of memory" };
  const text = decodePairs(bytes)
    .map(([name, value]) => `${name}: ${value}`)
    .join("\n");
  return textWord(Buffer.from(text, "latin1"));
}

function statusWord(name: string, result: number): string {
  // WASI answers with errno values, which start at 0 as well.
  if (!hostCalls.has(name)) return String(result);
  return Object.entries(Status).find(([, value]) => value === result)?.[0] ?? String(result);
}

/** `RequestHeaders` reads `request headers`. */
function memberWord(members: Readonly<Record<string, number>>, value: GuestValue): string {
  const member = Object.entries(members).find(([, number]) => number === Number(value))?.[0];
  return member === undefined
    ? unsigned(value)
    : member.replaceAll(/(?!^)[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();
}

function unsigned(value: GuestValue): string {
  return typeof value === "bigint" ? String(BigInt.asUintN(64, value)) : String(value >>> 0);
}

/** Parameters and answers of the exports that Envoy calls. */
const callbackTable: Readonly<Record<string, readonly [parameters: string, answers?: readonly string[]]>> = {
  proxy_on_context_create: ["context parent"],
  proxy_on_vm_start: ["context configuration_size", ["false", "true"]],
  proxy_validate_configuration: ["context configuration_size", ["false", "true"]],
  proxy_on_configure: ["context configuration_size", ["false", "true"]],
  proxy_on_tick: ["context"],
  proxy_on_new_connection: ["context", ["Continue", "StopIteration"]],
  proxy_on_downstream_data: ["context bytes end:flag", ["Continue", "StopIteration"]],
  proxy_on_upstream_data: ["context bytes end:flag", ["Continue", "StopIteration"]],
  proxy_on_downstream_connection_close: ["context by"],
  proxy_on_upstream_connection_close: ["context by"],
  proxy_on_request_headers: ["context headers end:flag", headersStatuses()],
  proxy_on_response_headers: ["context headers end:flag", headersStatuses()],
  proxy_on_request_body: ["context bytes end:flag", dataStatuses()],
  proxy_on_response_body: ["context bytes end:flag", dataStatuses()],
  proxy_on_request_trailers: ["context trailers", ["Continue", "StopIteration"]],
  proxy_on_response_trailers: ["context trailers", ["Continue", "StopIteration"]],
  proxy_on_http_call_response: ["context token headers bytes trailers"],
  proxy_on_grpc_receive_initial_metadata: ["context token headers"],
  proxy_on_grpc_receive: ["context token bytes"],
  proxy_on_grpc_receive_trailing_metadata: ["context token trailers"],
  proxy_on_grpc_close: ["context token status"],
  proxy_on_queue_ready: ["context queue"],
  proxy_on_foreign_function: ["context id bytes"],
  proxy_on_done: ["context", ["false", "true"]],
  proxy_on_log: ["context"],
  proxy_on_delete: ["context"],
  malloc: ["bytes"],
  proxy_on_memory_allocate: ["bytes"],
};

function headersStatuses(): readonly string[] {
  return [
    "Continue",
    "StopIteration",
    "ContinueAndEndStream",
    "StopAllIterationAndBuffer",
    "StopAllIterationAndWatermark",
  ];
}

function dataStatuses(): readonly string[] {
  return ["Continue", "StopIterationAndBuffer", "StopIterationAndWatermark", "StopIterationNoBuffer"];
}

/** The arguments of a callback in words. */
export function callbackWords(name: string, values: readonly string[]): readonly CallWord[] {
  const parameters = parametersOf(callbackTable[name]?.[0] ?? "");
  return values.map((value, index): CallWord => {
    const parameter = parameters[index];
    if (parameter === undefined) return { name: String(index + 1), value };
    return {
      name: parameter.name,
      value: parameter.kind === "flag" ? (value === "0" ? "false" : "true") : value,
    };
  });
}

/** What a callback answered, in words: `StopIteration`. */
export function callbackAnswer(name: string, value: string): string {
  return callbackTable[name]?.[1]?.[Number(value)] ?? value;
}
