/** Headers with the filter beside those without it. */
import type { ReportHeader } from "../report-data.js";
import { marked } from "./body-view.js";
import { el } from "./dom.js";
import { headerDiff, type HeaderLine } from "./header-diff.js";
import { visible } from "./visible-text.js";

const signs = { same: "", added: "+", removed: "−", changed: "~" };

export function headersView(
  before: readonly ReportHeader[],
  after: readonly ReportHeader[],
  caption: string,
): Node {
  const lines = headerDiff(before, after);
  if (lines.length === 0) return document.createDocumentFragment();
  return el("table", "headers", el("caption", null, caption), el("tbody", null, ...lines.map(headerRow)));
}

function headerRow(line: HeaderLine): Node {
  return el(
    "tr",
    line.change,
    el("td", { class: "sign", attributes: { "aria-label": line.change } }, signs[line.change]),
    el("th", { attributes: { scope: "row" } }, visible(line.name)),
    el("td", "value", ...valuesOf(line)),
  );
}

function valuesOf(line: HeaderLine): readonly Node[] {
  if (line.change !== "changed") return [visible(line.value)];
  const [from, to] = marked(line.from, line.value);
  return [el("del", null, from), el("ins", null, to)];
}
