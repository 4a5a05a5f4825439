import type { Http1Request, PluginConfiguration } from "../lab/index.js";
import { frame } from "./frame.js";

/** A filter in its listener, and what it is asked when it should be well. */
export type Station = HttpStation | TcpStation;

interface Filter {
  readonly name: string;
  /** In filters/assembly. */
  readonly source: string;
  readonly rootId: string;
  readonly configuration?: PluginConfiguration;
}

export interface TcpStation extends Filter {
  readonly kind: "tcp";
  /** Sent again and again on one connection, and what each time comes back. */
  readonly good: Buffer;
  readonly answer: Buffer;
}

export interface HttpStation extends Filter {
  readonly kind?: "http";
  readonly allowOnHeadersStopIteration?: boolean;
  readonly bufferLimitBytes?: number;
  readonly good: Http1Request;
  /** The answer's body, when it has to have one; and a header that only the filter can have made. */
  readonly goodBody?: string;
  readonly goodHeader?: readonly [name: string, value: string];
}

const JSON_REQUEST: Http1Request = {
  method: "POST",
  path: "/echo",
  headers: [["content-type", "application/json"]],
  body: { kind: "sized", bytes: '{"good":true}' },
};

/** What the echoing upstream answers when the filter was there. */
const CHECKED = '{"good":true,"checked":true}';

/** Every filter that the cases use, but those that need an Envoy of their own. */
export const STATIONS: readonly Station[] = [
  { name: "headers", source: "headers.ts", rootId: "headers", good: {}, goodHeader: ["x-saw", "absent"] },
  {
    name: "check-request",
    source: "json.ts",
    rootId: "check-request",
    allowOnHeadersStopIteration: true,
    good: JSON_REQUEST,
    goodBody: CHECKED,
  },
  {
    name: "check-streamed-request",
    source: "json.ts",
    rootId: "check-streamed-request",
    good: JSON_REQUEST,
    goodBody: CHECKED,
  },
  {
    name: "check-response",
    source: "json.ts",
    rootId: "check-response",
    allowOnHeadersStopIteration: true,
    good: JSON_REQUEST,
    goodBody: CHECKED,
  },
  {
    name: "small-buffer",
    source: "json.ts",
    rootId: "check-request",
    allowOnHeadersStopIteration: true,
    bufferLimitBytes: 16384,
    good: JSON_REQUEST,
    goodBody: CHECKED,
  },
  {
    name: "authorise",
    source: "authorise.ts",
    rootId: "authorise",
    good: { method: "POST", body: { kind: "sized", bytes: "body" } },
    goodBody: "body",
  },
  { name: "stubborn", source: "authorise.ts", rootId: "stubborn", good: {}, goodBody: "ok\n" },
  { name: "mistakes", source: "mistakes.ts", rootId: "mistakes", good: {}, goodBody: "ok\n" },
  { name: "everywhere", source: "everywhere.ts", rootId: "everywhere", good: {}, goodBody: "ok\n" },
  { name: "unary", source: "grpc.ts", rootId: "unary", good: {}, goodBody: "ok\n" },
  { name: "streamed", source: "grpc.ts", rootId: "streamed", good: {}, goodBody: "ok\n" },
  { name: "waiting-room", source: "waiting-room.ts", rootId: "waiting-room", good: {}, goodBody: "ok\n" },
  ...["screen-request", "screen-streamed-request", "screen-response"].map((name): Station => ({
    name,
    source: "screening.ts",
    rootId: name,
    allowOnHeadersStopIteration: name === "screen-request",
    good: { method: "POST", body: { kind: "sized", bytes: "body" } },
    goodBody: "body",
  })),
  {
    name: "library",
    source: "library.ts",
    rootId: "library",
    good: { headers: [["cookie", "session=1"]] },
    goodBody: "ok\n",
  },
  {
    kind: "tcp",
    name: "frames",
    source: "frames.ts",
    rootId: "frames",
    good: frame("good"),
    answer: frame("!good"),
  },
];

export function station(name: string): Station {
  const found = STATIONS.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no station ${name}`);
  return found;
}
