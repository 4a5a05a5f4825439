/** A stream's report as lines: what a person reads about it, in sections, every byte string made printable. */
import { toText } from "as-proxy-wasm-sim";
import { duration, printable, size, type Style } from "../terminal.js";
import { type BodyChange, bodySize, type LineChange } from "./body-changes.js";
import type { HeaderChange } from "./header-changes.js";
import { type MessageChange, type StreamReport } from "./stream-report.js";

export type Section = "request" | "response" | "reply" | "log" | "time" | "note" | "outcome" | "trace";

export interface Line {
  readonly section: Section;
  readonly text: string;
  readonly style?: Style;
}

/** The request line, and the client's status without and with the filter. */
export function streamTitle({
  method,
  url,
  status,
}: StreamReport): readonly [request: string, status: string] {
  const [from, to] = [status.from ?? "no response", status.to ?? "no response"];
  return [`${shown(method)} ${clip(shown(url), 200)}`, from === to ? to : `${from} -> ${to}`];
}

export function streamLines(report: StreamReport, options: { readonly trace: boolean }): readonly Line[] {
  const { exchange } = report;
  return [
    ...outcomeLines(report),
    ...messageLines("request", report.request),
    ...messageLines("response", report.response),
    ...replyLines(report),
    ...exchange.logs.map(({ level, text }) => logLine(level, shown(text.replace(/^wasm log[^:]*: /, "")))),
    ...timeLines(report),
    ...exchange.stream.notes.map((note): Line => ({ section: "note", text: printable(note), style: "dim" })),
    ...(options.trace
      ? exchange.trace.map(({ thread, text }): Line => ({
          section: "trace",
          text: `${thread} ${shown(text)}`,
        }))
      : []),
  ];
}

function outcomeLines({ exchange: { outcome, stream }, fault }: StreamReport): readonly Line[] {
  if (outcome.kind === "completed") return [];
  const text = `${outcome.kind}: ${printable(outcome.explanation)}`;
  if (fault === "filter") return [{ section: "outcome", text, style: "red" }];
  const missing = [stream.request.body, stream.response?.body].some((body) => body?.kind === "missing");
  const advice = missing
    ? " The recording lacks a body; --fill-missing-bodies puts placeholder bytes there."
    : "";
  return [{ section: "outcome", text: `${text}${advice}`, style: "yellow" }];
}

function messageLines(section: "request" | "response", change: MessageChange): readonly Line[] {
  switch (change.kind) {
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
      const headers = change.message.headers.map(
        ([name, value]) => ({ kind: "added", name, value }) as const,
      );
      const bytes = bodySize(change.message.body);
      return [
        ...headers.map((header) => headerLine(section, header)),
        ...(bytes === 0 ? [] : [{ section, text: `+ body: ${bodyLength(bytes)}`, style: "green" } as const]),
      ];
    }
    case "changed":
      return [
        ...change.headers.map((header) => headerLine(section, header)),
        ...(change.body === null ? [] : bodyLines(section, change.body)),
        ...change.trailers.map((trailer) => headerLine(section, trailer, "trailer ")),
      ];
  }
}

function headerLine(section: Section, change: HeaderChange, kind = ""): Line {
  const name = shown(change.name);
  switch (change.kind) {
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

function bodyLines(section: Section, { from, to, lines }: BodyChange): readonly Line[] {
  const sizes = from === to ? `${bodyLength(to)}, changed` : `${bodyLength(from)} -> ${bodyLength(to)}`;
  return [
    { section, text: `~ body: ${sizes}`, style: "yellow" },
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

function replyLines({ exchange: { localReply } }: StreamReport): readonly Line[] {
  if (localReply === null) return [];
  const details = localReply.details === "" ? "" : `, details ${shown(localReply.details)}`;
  return [{ section: "reply", text: `local reply ${localReply.statusCode}${details}`, style: "yellow" }];
}

function logLine(level: string, text: string): Line {
  const style: Style =
    level === "error" || level === "critical" ? "red" : level === "warn" ? "yellow" : "dim";
  return { section: "log", text: `${level} ${text}`, style };
}

/** One line for all callbacks; those of the same name are summed up. */
function timeLines({ exchange }: StreamReport): readonly Line[] {
  const spent = new Map<string, { count: number; nanoseconds: number }>();
  for (const { name, nanoseconds } of exchange.callbacks) {
    const before = spent.get(name) ?? { count: 0, nanoseconds: 0 };
    spent.set(name, { count: before.count + 1, nanoseconds: before.nanoseconds + nanoseconds });
  }
  const parts = [...spent].map(
    ([name, { count, nanoseconds }]) =>
      `${name.replace(/^proxy_/, "")} ${duration(nanoseconds)}${count === 1 ? "" : ` (${count} calls)`}`,
  );
  return parts.length === 0 ? [] : [{ section: "time", text: parts.join(", "), style: "dim" }];
}

function value(bytes: string): string {
  return clip(shown(bytes), 160);
}

function shown(bytes: string): string {
  return printable(toText(bytes));
}

function clip(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}… (${text.length} characters)`;
}
