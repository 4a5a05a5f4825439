/** What happened, in order: every callback with the host calls and log lines in it. */
import type { TimelineItem, Word } from "../report-data.js";
import { el } from "./dom.js";
import { duration } from "./format.js";
import { visible } from "./visible-text.js";

export function timelineView(items: readonly TimelineItem[], cut: number): Node {
  const most = Math.max(1, ...items.map((item) => (item.kind === "callback" ? (item.nanoseconds ?? 0) : 0)));
  return el(
    "div",
    "timeline",
    el("ol", null, ...items.map((item) => itemView(item, most))),
    cut === 0 ? null : el("p", "dim", `${cut} more are not in this report.`),
  );
}

function itemView(item: TimelineItem, most: number): Node {
  const row = el("li", item.kind, ...contentOf(item, most));
  row.style.setProperty("--depth", String(item.depth));
  return row;
}

function contentOf(item: TimelineItem, most: number): readonly Node[] {
  switch (item.kind) {
    case "callback":
      return [
        el(
          "span",
          "what",
          el("b", null, item.name.replace(/^proxy_/, "")),
          ...wordsView(item.arguments),
          ...resultView(item.result, item.result === "Continue" || item.result === "true" ? "" : "notable"),
        ),
        ...(item.nanoseconds === undefined ? [] : [timeView(item.nanoseconds, most)]),
      ];
    case "call":
      return [
        el(
          "span",
          "what",
          el("span", "name", item.name.replace(/^proxy_/, "")),
          ...wordsView(item.arguments),
          ...resultView(item.result ?? "never returned", item.result === "Ok" ? "ok" : "notable"),
          ...wordsView(item.answers),
        ),
      ];
    case "log":
      return [el("span", `level ${item.level}`, item.level), el("span", "text", visible(item.text))];
  }
}

function timeView(nanoseconds: number, most: number): Node {
  const bar = el("span", "bar");
  bar.style.setProperty("--part", String(nanoseconds / most));
  return el("span", "time", bar, duration(nanoseconds));
}

function wordsView(words: readonly Word[]): readonly Node[] {
  return words.flatMap(({ name, value, quoted }) => [
    document.createTextNode(" "),
    el(
      "span",
      "word",
      el("span", "dim", `${name} `),
      quoted === true ? el("q", null, visible(value)) : el("span", "number", visible(value)),
    ),
  ]);
}

function resultView(result: string | undefined, names: string): readonly Node[] {
  if (result === undefined || result === "") return [];
  return [document.createTextNode(" "), el("span", `result ${names}`, `→ ${result}`)];
}
