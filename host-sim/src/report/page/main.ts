/** Puts the page together. */
import type { ReportRow } from "../report-data.js";
import { readHead, readRows } from "./data.js";
import { el } from "./dom.js";
import { overview } from "./overview.js";
import { isOfKind, matchingRows, type RowFilter, type RowKind, statusOf, valuesOf } from "./row-filter.js";
import { StreamList } from "./stream-list.js";
import { streamView } from "./stream-view.js";
import { visible } from "./visible-text.js";

const head = readHead();
const rows = readRows();
let filter: RowFilter = { text: "", kind: "all", status: "", outcome: "" };

const search = el("input", {
  attributes: {
    type: "search",
    placeholder: "id, method, path …",
    "aria-label": "search streams",
    spellcheck: "false",
  },
  on: { input: () => apply({ text: search.value }) },
});

const kinds: readonly (readonly [RowKind, string])[] = [
  ["all", "all"],
  ["changed", "changed"],
  ["unchanged", "unchanged"],
  ["replied", "local reply"],
  ["problems", "problems"],
];

const kindButtons = kinds
  .map(([kind, name]) => [kind, name, rows.filter((row) => isOfKind(row, kind)).length] as const)
  .filter(([kind, , count]) => kind === "all" || count > 0)
  .map(([kind, name, count]) => {
    const button = el(
      "button",
      { class: `chip ${kind}`, attributes: { type: "button" }, on: { click: () => apply({ kind }) } },
      name,
      " ",
      el("span", "count", count.toLocaleString("en")),
    );
    return { kind, button };
  });

const statuses = choice("status", valuesOf(rows, statusOf), (status) => apply({ status }));
const outcomes = choice(
  "outcome",
  valuesOf(rows, ({ outcome }) => outcome),
  (outcome) => apply({ outcome }),
);
const found = el("p", { class: "found", attributes: { role: "status" } });
const list = new StreamList((row) => select(row));
const detail = el("main", { class: "detail", attributes: { tabindex: "-1" } });

function choice(name: string, values: readonly string[], choose: (value: string) => void): HTMLSelectElement {
  const select = el("select", {
    attributes: { "aria-label": name },
    on: { change: () => choose(select.value) },
  });
  select.append(option("", `any ${name}`), ...values.slice(0, 100).map((value) => option(value, value)));
  return select;
}

function option(value: string, text: string): HTMLOptionElement {
  const element = el("option", null, visible(text).textContent);
  element.value = value;
  return element;
}

function selectedIndex(): number | null {
  const match = /^#stream-(\d+)$/.exec(location.hash);
  return match === null ? null : Number(match[1]);
}

function apply(change: Partial<RowFilter>): void {
  filter = { ...filter, ...change };
  const shown = matchingRows(rows, filter);
  for (const { kind, button } of kindButtons)
    button.setAttribute("aria-pressed", String(kind === filter.kind));
  statuses.value = filter.status;
  outcomes.value = filter.outcome;
  found.textContent =
    shown.length === rows.length
      ? ""
      : `${shown.length.toLocaleString("en")} of ${rows.length.toLocaleString("en")}`;
  list.show(shown, selectedIndex());
}

/** The address says what is open, so that back, forward and links work. */
function select(row: ReportRow | null): void {
  const hash = row === null ? "" : `#stream-${row.index}`;
  if (location.hash === hash) return show();
  if (row === null) history.pushState(null, "", location.pathname + location.search);
  else if (selectedIndex() === null) history.pushState(null, "", hash);
  else history.replaceState(null, "", hash);
  show();
}

function show(): void {
  const index = selectedIndex();
  const row = rows.find((other) => other.index === index);
  document.body.classList.toggle("open", row !== undefined);
  detail.replaceChildren(
    row === undefined ? overview(head, rows, (status) => apply({ status, kind: "all" })) : streamView(row),
  );
  detail.scrollTop = 0;
  list.show(matchingRows(rows, filter), index);
}

function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
  if (event.key === "/" && !isTyping) {
    event.preventDefault();
    search.focus();
  } else if (event.key === "Escape") {
    if (isTyping) list.element.focus();
    else select(null);
  } else if (isTyping) {
    if (event.key === "Enter" || event.key === "ArrowDown") list.element.focus();
  } else if (event.key === "j" || event.key === "k") list.move(event.key === "j" ? 1 : -1);
}

document.getElementById("static")?.remove();
document.body.append(
  el(
    "header",
    "top",
    el(
      "h1",
      null,
      visible(head.filter),
      head.now === undefined ? null : el("span", "dim", ` at ${head.now}`),
    ),
    el("div", "kinds", ...kindButtons.map(({ button }) => button)),
  ),
  el(
    "div",
    "panes",
    el(
      "nav",
      { attributes: { "aria-label": "streams" } },
      el("div", "filters", search, statuses, outcomes, found),
      list.element,
    ),
    el(
      "div",
      "right",
      el(
        "button",
        { class: "back", attributes: { type: "button" }, on: { click: () => select(null) } },
        "← all streams",
      ),
      detail,
    ),
  ),
);
document.addEventListener("keydown", onKey);
addEventListener("popstate", show);
addEventListener("hashchange", show);
apply({});
show();
