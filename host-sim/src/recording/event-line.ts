import { JsonStream } from "./json-stream.js";
import { JsonValue } from "./json-value.js";
import { RecordingError } from "./recording-error.js";

/** The version that every line of an event file names. */
export const EVENT_STREAM_VERSION = 1;

const BODY = ["utf8", "base64"];

/** The fields of each event besides `v`, `at`, `ev` and, but for what happens to the process, `id`. */
const EVENT_FIELDS: Readonly<Record<string, readonly string[]>> = {
  "req.headers": ["headers", "end", "protocol", "ordered", "notes"],
  "req.data": [...BODY, "missing", "end"],
  "req.trailers": ["headers"],
  "req.end": [],
  "res.interim": ["headers"],
  "res.headers": ["headers", "end"],
  "res.data": [...BODY, "missing", "end"],
  "res.trailers": ["headers"],
  "res.end": [],
  reset: ["by"],
  rest: [],
  callout: ["cluster", "match", "method", "answer"],
  expect: ["outcome", "upstream", "response", "localReply", "logs", "metrics"],
  done: [],
  "tcp.open": ["accepts"],
  "tcp.data": ["from", ...BODY],
  "tcp.end": ["from"],
  "tcp.reset": ["from"],
  advance: ["ms"],
  config: ["plugins", "expect"],
};

const PROCESS_EVENTS = new Set(["advance", "config"]);

/** One line of an event file, its envelope checked. */
export interface EventLine {
  readonly json: JsonValue;
  readonly name: string;
  /** Milliseconds since the recording began. */
  readonly at: number;
  /** Null for what happens to the process. */
  readonly id: string | null;
}

export function readEventLine(line: string, source: string, number: number): EventLine {
  const place = `${source}, line ${number}`;
  const json = JsonValue.strict(parseLine(line, source, number), place);
  const version = json.field("v");
  if (version.integer() !== EVENT_STREAM_VERSION) throw version.badWord(String(EVENT_STREAM_VERSION));
  const at = json.field("at");
  if (typeof at.value !== "number" || !(at.value >= 0 && at.value <= Number.MAX_SAFE_INTEGER))
    throw at.bad("is no time in milliseconds since the first event");

  const name = json.field("ev").string();
  const fields = Object.hasOwn(EVENT_FIELDS, name) ? EVENT_FIELDS[name] : undefined;
  if (fields === undefined) {
    throw new RecordingError(
      "ERR_RECORDING_UNKNOWN_EVENT",
      `${place}: ev is ${JSON.stringify(name.slice(0, 40))}, which is no known event`,
    );
  }
  const ofProcess = PROCESS_EVENTS.has(name) || (name === "callout" && json.optional("id") === null);
  json.only(["v", "at", "ev", ...(ofProcess ? [] : ["id"]), ...fields], `${place}: ${name}`);
  return { json, name, at: at.value, id: ofProcess ? null : readId(json.field("id")) };
}

/** Most lines are good, and `JSON.parse` is fast; where a bad one is bad only our own reader tells, without quoting it. */
function parseLine(line: string, source: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch {
    let values = 0;
    const json = new JsonStream({
      source,
      select: "$",
      firstLine: number,
      onValue: () => undefined,
      onTop: () => (values += 1),
    });
    json.write(Buffer.from(line));
    json.end();
    throw new RecordingError(
      "ERR_RECORDING_NOT_JSON",
      `${source}, line ${number}: has ${values} JSON values, expected one event`,
    );
  }
}

function readId(id: JsonValue): string {
  const text = id.string();
  if (!/^[\x21-\x7e]{1,200}$/.test(text))
    throw id.bad("is no id: 1 to 200 visible ASCII characters without spaces");
  return text;
}
