/** A body beside the one without the filter: as a difference, as text, as bytes. */
import type { ReportBody } from "../report-data.js";
import { el } from "./dom.js";
import { size } from "./format.js";
import { hexDump } from "./hex.js";
import { laidOutJson } from "./json-layout.js";
import { lineDiff } from "./line-diff.js";
import { visible, visibleText } from "./visible-text.js";

type Recorded = Extract<ReportBody, { kind: "text" | "base64" }>;

interface View {
  readonly name: string;
  readonly content: () => Node;
}

export function bodyView(before: ReportBody | null, after: ReportBody | null): Node {
  const now = after?.kind === "same" ? before : after;
  const isChanged = before !== null && after !== null && after.kind !== "same";
  const head = el("div", "body-head", el("h4", null, "Body"), el("span", "dim", sizes(before, after)));
  const views = viewsOf(before, now, isChanged);
  if (views.length === 0) return el("section", "body", head);
  const content = el("div", "body-content");
  const buttons = views.map(({ name }, index) =>
    el(
      "button",
      {
        attributes: { type: "button", "aria-pressed": String(index === 0) },
        on: { click: () => show(index) },
      },
      name,
    ),
  );
  const show = (index: number): void => {
    buttons.forEach((button, other) => button.setAttribute("aria-pressed", String(other === index)));
    content.replaceChildren(views[index]!.content());
  };
  show(0);
  head.append(el("span", "switch", ...buttons));
  return el("section", "body", head, content);
}

function sizes(before: ReportBody | null, after: ReportBody | null): string {
  if (after === null) return before === null ? "" : sizeOf(before);
  if (after.kind === "same") return before === null ? "" : `${sizeOf(before)}, unchanged`;
  return before === null ? sizeOf(after) : `${sizeOf(before)} → ${sizeOf(after)}`;
}

function sizeOf(body: ReportBody): string {
  switch (body.kind) {
    case "same":
      return "unchanged";
    case "missing":
      return body.size === null ? "not recorded" : `${size(body.size)}, not recorded`;
    default: {
      const pieces = body.chunks.length > 1 ? ` in ${body.chunks.length} pieces` : "";
      const cut = body.shown < body.size ? `, the first ${size(body.shown)} are here` : "";
      return body.size === 0 ? "empty" : `${size(body.size)}${pieces}${cut}`;
    }
  }
}

function viewsOf(before: ReportBody | null, after: ReportBody | null, isChanged: boolean): readonly View[] {
  const [from, to] = [recorded(before), recorded(after)];
  const views: View[] = [];
  if (isChanged && from !== null && to !== null) {
    const [one, other] = [textOf(from), textOf(to)];
    if (one !== null && other !== null) {
      views.push({ name: "Difference", content: () => diffView(one, other) });
      const [pretty, otherPretty] = [laidOutJson(one), laidOutJson(other)];
      if (pretty !== null && otherPretty !== null)
        views.unshift({ name: "JSON difference", content: () => diffView(pretty, otherPretty) });
    }
  }
  if (to === null) {
    if (after?.kind === "missing") views.push({ name: "Why", content: () => pre(after.reason) });
    return views;
  }
  if (to.size === 0) return views;
  const text = textOf(to);
  const json = text === null ? null : laidOutJson(text);
  if (json !== null && json !== text) views.push({ name: "JSON", content: () => pre(json) });
  if (text !== null) views.push({ name: "Text", content: () => pre(text) });
  views.push({ name: "Bytes", content: () => pre(hexDump(bytesOf(to))) });
  return views;
}

function recorded(body: ReportBody | null): Recorded | null {
  return body !== null && (body.kind === "text" || body.kind === "base64") ? body : null;
}

function textOf({ kind, content }: Recorded): string | null {
  return kind === "text" ? content : null;
}

function bytesOf({ kind, content }: Recorded): Uint8Array {
  if (kind === "text") return new TextEncoder().encode(content);
  return Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
}

function pre(text: string): Node {
  return el("pre", { attributes: { tabindex: "0" } }, visible(text));
}

const signs = { same: " ", added: "+", removed: "−", skipped: "⋯" };

function diffView(before: string, after: string): Node {
  const lines = lineDiff(before, after);
  if (lines === null) return el("p", "dim", "The texts are too long to compare here.");
  const rows: Node[] = [];
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]!;
    const next = lines[index + 1];
    const isSingle = lines[index - 1]?.change !== "removed" && lines[index + 2]?.change !== "added";
    if (line.change === "removed" && next?.change === "added" && isSingle) {
      // One line became another: what differs within it is marked.
      const [from, to] = marked(line.text, next.text);
      rows.push(diffLine("removed", from), diffLine("added", to));
      index += 1;
    } else rows.push(diffLine(line.change, visible(line.text)));
  }
  return el("pre", { class: "diff", attributes: { tabindex: "0" } }, ...rows);
}

function diffLine(change: keyof typeof signs, content: Node): Node {
  return el(
    "span",
    `line ${change}`,
    el("span", { class: "sign", attributes: { "aria-label": change } }, signs[change]),
    content,
  );
}

export function marked(from: string, to: string): readonly [Node, Node] {
  let start = 0;
  while (start < from.length && start < to.length && from[start] === to[start]) start += 1;
  let end = 0;
  while (end < Math.min(from.length, to.length) - start && from.at(-1 - end) === to.at(-1 - end)) end += 1;
  const mark = (text: string): Node => {
    const fragment = document.createDocumentFragment();
    fragment.append(visible(text.slice(0, start)));
    const different = text.slice(start, text.length - end);
    if (different !== "") fragment.append(el("mark", null, visibleText(different)));
    fragment.append(visible(end === 0 ? "" : text.slice(-end)));
    return fragment;
  };
  return [mark(from), mark(to)];
}
