/** A result as lines: what a person reads about it, in sections, every text made printable. */
import { misuseLines, trapLines } from "as-proxy-wasm-sim";
import { duration, printable, size, type Style } from "../terminal.js";
import type { BodyChange, LineChange } from "./body-changes.js";
import type { HeaderChange } from "./header-changes.js";
import type { CalloutResult } from "./callout-results.js";
import type { ItemResult, MessageResult, StreamResult } from "./item-result.js";

export type Section =
  | "request"
  | "response"
  | "upstream"
  | "client"
  | "reply"
  | "callout"
  | "log"
  | "time"
  | "note"
  | "outcome"
  | "trap"
  | "misuse"
  | "expect"
  | "trace";

export interface Line {
  readonly section: Section;
  readonly text: string;
  readonly style?: Style;
}

/** The request line, and the client's status without and with the filter; of what is no stream, what it is and its outcome. */
export function itemTitle(result: ItemResult): readonly [what: string, outcome: string] {
  switch (result.kind) {
    case "stream":
      return streamTitle(result);
    case "connection":
      return [`TCP to ${result.cluster === null ? "nowhere" : printable(result.cluster)}`, result.outcome];
    case "advance":
      return [duration(result.milliseconds * 1e6), result.outcome];
    case "update":
      return [printable(result.plugin), result.outcome];
  }
}

function streamTitle({ method, url, status }: StreamResult): readonly [request: string, status: string] {
  const [from, to] = [status.without ?? "no response", status.with ?? "no response"].map(printable);
  return [`${printable(method)} ${clip(printable(url), 200)}`, from === to ? to! : `${from} -> ${to}`];
}

export function itemLines(result: ItemResult): readonly Line[] {
  return [
    ...outcomeLines(result),
    ...trapsOf(result),
    ...misusesOf(result),
    ...ownLines(result),
    ...meanwhileLines(result),
  ];
}

function trapsOf({ traps = [] }: ItemResult): readonly Line[] {
  return traps
    .flatMap(trapLines)
    .map((text): Line => ({ section: "trap", text: printable(text), style: "red" }));
}

function misusesOf({ misuses = [] }: ItemResult): readonly Line[] {
  return misuses
    .flatMap(misuseLines)
    .map((text): Line => ({ section: "misuse", text: printable(text), style: "yellow" }));
}

function ownLines(result: ItemResult): readonly Line[] {
  if (result.kind === "stream") return streamLines(result);
  if (result.kind !== "connection") return [];
  const { toUpstream, toClient } = result;
  return [
    ...(toUpstream === null ? [] : bodyLines("upstream", toUpstream, "bytes")),
    ...(toClient === null ? [] : bodyLines("client", toClient, "bytes")),
  ];
}

function streamLines(result: StreamResult): readonly Line[] {
  return [
    ...(result.unmet ?? []).map(({ what, expected, observed }): Line => ({
      section: "expect",
      text: `${printable(what)}: ${value(observed)}, expected ${value(expected)}`,
      style: "red",
    })),
    ...messageLines("request", result.request),
    ...messageLines("response", result.response),
    ...replyLines(result),
    ...result.notes.map((note): Line => ({ section: "note", text: printable(note), style: "dim" })),
  ];
}

function meanwhileLines(result: ItemResult): readonly Line[] {
  return [
    ...(result.callouts ?? []).map(calloutLine),
    ...result.logs.map(({ level, text }) => logLine(level, printable(text.replace(/^wasm log[^:]*: /, "")))),
    ...timeLines(result),
    ...(result.trace ?? []).map(({ thread, text }): Line => ({
      section: "trace",
      text: `${thread} ${printable(text)}`,
    })),
  ];
}

function outcomeLines(result: ItemResult): readonly Line[] {
  const { outcome, explanation, fault } = result;
  if (explanation === null) return [];
  const text = `${outcome}: ${printable(explanation)}`;
  if (fault === "filter") return [{ section: "outcome", text, style: "red" }];
  const advice =
    result.kind === "stream" && result.missingBodies.length > 0
      ? " The recording lacks a body; --fill-missing-bodies puts placeholder bytes there."
      : "";
  return [{ section: "outcome", text: `${text}${advice}`, style: "yellow" }];
}

function messageLines(section: "request" | "response", result: MessageResult): readonly Line[] {
  switch (result.change) {
    case "same":
      return [];
    case "stopped":
      return [
        {
          section,
          text: section === "request" ? "never reaches the upstream" : "none reaches the client",
          style: "yellow",
        },
      ];
    case "new": {
      const headers = result.headers.map(([name, value]) => ({ change: "added", name, value }) as const);
      const body: Line = { section, text: `+ body: ${bodyLength(result.bodyBytes)}`, style: "green" };
      return [
        ...headers.map((header) => headerLine(section, header)),
        ...(result.bodyBytes === 0 ? [] : [body]),
      ];
    }
    case "changed":
      return [
        ...result.headers.map((header) => headerLine(section, header)),
        ...(result.body === null ? [] : bodyLines(section, result.body)),
        ...result.trailers.map((trailer) => headerLine(section, trailer, "trailer ")),
      ];
  }
}

function headerLine(section: Section, change: HeaderChange, kind = ""): Line {
  const name = printable(change.name);
  switch (change.change) {
    case "added":
      return { section, text: `+ ${kind}${name}: ${value(change.value)}`, style: "green" };
    case "removed":
      return { section, text: `- ${kind}${name}: ${value(change.value)}`, style: "red" };
    case "changed":
      return {
        section,
        text: `~ ${kind}${name}: ${value(change.from)} -> ${value(change.to)}`,
        style: "yellow",
      };
  }
}

function bodyLines(section: Section, { from, to, lines }: BodyChange, what = "body"): readonly Line[] {
  const sizes = from === to ? `${bodyLength(to)}, changed` : `${bodyLength(from)} -> ${bodyLength(to)}`;
  return [
    { section, text: `~ ${what}: ${sizes}`, style: "yellow" },
    ...(lines ?? []).map((line) => bodyLine(section, line)),
  ];
}

function bodyLength(bytes: number | null): string {
  return bytes === null ? "not recorded" : size(bytes);
}

function bodyLine(section: Section, { kind, text }: LineChange): Line {
  switch (kind) {
    case "added":
      return { section, text: `  + ${clip(printable(text), 160)}`, style: "green" };
    case "removed":
      return { section, text: `  - ${clip(printable(text), 160)}`, style: "red" };
    default:
      return { section, text: `    (${text})`, style: "dim" };
  }
}

function replyLines({ localReply }: StreamResult): readonly Line[] {
  if (localReply === null) return [];
  const details = localReply.details === "" ? "" : `, details ${printable(localReply.details)}`;
  return [{ section: "reply", text: `local reply ${localReply.status}${details}`, style: "yellow" }];
}

function calloutLine({ kind, cluster, method, path, outcome, grpcStatus, unhandled }: CalloutResult): Line {
  const call = `${kind === "grpc" ? "gRPC" : printable(method)} ${clip(printable(path), 160)}`;
  const status = grpcStatus === undefined ? "" : `, status ${grpcStatus}`;
  const text = `${printable(cluster)} ${call}: ${outcome}${status}`;
  if (unhandled !== true) return { section: "callout", text, style: "dim" };
  return { section: "callout", text: `${text}, the recording has no answer`, style: "red" };
}

function logLine(level: string, text: string): Line {
  const style: Style =
    level === "error" || level === "critical" ? "red" : level === "warn" ? "yellow" : "dim";
  return { section: "log", text: `${level} ${text}`, style };
}

/** One line for all callbacks; those of the same name are summed up. */
function timeLines({ callbacks = [] }: ItemResult): readonly Line[] {
  const spent = new Map<string, { count: number; nanoseconds: number }>();
  for (const { name, nanoseconds } of callbacks) {
    const before = spent.get(name) ?? { count: 0, nanoseconds: 0 };
    spent.set(name, { count: before.count + 1, nanoseconds: before.nanoseconds + nanoseconds });
  }
  const parts = [...spent].map(
    ([name, { count, nanoseconds }]) =>
      `${name.replace(/^proxy_/, "")} ${duration(nanoseconds)}${count === 1 ? "" : ` (${count} calls)`}`,
  );
  return parts.length === 0 ? [] : [{ section: "time", text: parts.join(", "), style: "dim" }];
}

function value(text: string): string {
  return clip(printable(text), 160);
}

function clip(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}… (${text.length} characters)`;
}
