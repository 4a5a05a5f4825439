/** The list of streams. Only rows that can be seen are in the document, however many there are. */
import type { ReportRow } from "../report-data.js";
import { el } from "./dom.js";
import { statusView } from "./status-view.js";
import { visible } from "./visible-text.js";

const rowHeight = 56;
/** Rows above and below what can be seen. */
const margin = 8;

export class StreamList {
  readonly element: HTMLElement;
  readonly #space = el("div", "space");
  #rows: readonly ReportRow[] = [];
  /** The place of the selected row in what is listed; -1: none. */
  #selected = -1;

  constructor(private readonly onSelect: (row: ReportRow) => void) {
    this.element = el(
      "div",
      {
        class: "list",
        attributes: { role: "listbox", tabindex: "0", "aria-label": "streams" },
        on: {
          scroll: () => this.#render(),
          keydown: (event) => this.#onKey(event as KeyboardEvent),
          click: (event) => this.#onClick(event),
        },
      },
      this.#space,
    );
    new ResizeObserver(() => this.#render()).observe(this.element);
  }

  show(rows: readonly ReportRow[], selected: number | null): void {
    this.#rows = rows;
    this.#selected = rows.findIndex(({ index }) => index === selected);
    this.#space.style.height = `${rows.length * rowHeight}px`;
    this.#reveal();
    this.#render();
  }

  /** One down (1) or up (-1). */
  move(step: number): void {
    const next = Math.min(this.#rows.length - 1, Math.max(0, this.#selected + step));
    const row = this.#rows[next];
    if (row === undefined || next === this.#selected) return;
    this.#selected = next;
    this.#reveal();
    this.#render();
    this.onSelect(row);
  }

  #onKey(event: KeyboardEvent): void {
    const pageful = Math.max(1, Math.floor(this.element.clientHeight / rowHeight) - 1);
    const steps: Record<string, number> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: pageful,
      PageUp: -pageful,
      Home: -this.#rows.length,
      End: this.#rows.length,
    };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    this.move(step);
  }

  #onClick(event: Event): void {
    const place = (event.target as Element).closest<HTMLElement>("[data-place]")?.dataset["place"];
    const row = this.#rows[Number(place ?? -1)];
    if (row === undefined) return;
    this.#selected = Number(place);
    this.#render();
    this.onSelect(row);
  }

  #reveal(): void {
    if (this.#selected < 0) return;
    const top = this.#selected * rowHeight;
    const { scrollTop, clientHeight } = this.element;
    if (top < scrollTop) this.element.scrollTop = top;
    else if (top + rowHeight > scrollTop + clientHeight)
      this.element.scrollTop = top + rowHeight - clientHeight;
  }

  #render(): void {
    const { scrollTop, clientHeight } = this.element;
    const first = Math.max(0, Math.floor(scrollTop / rowHeight) - margin);
    const last = Math.min(this.#rows.length, Math.ceil((scrollTop + clientHeight) / rowHeight) + margin);
    this.#space.replaceChildren(
      ...this.#rows.slice(first, last).map((row, offset) => this.#rowView(row, first + offset)),
    );
    if (this.#selected >= 0) this.element.setAttribute("aria-activedescendant", `row-${this.#selected}`);
    else this.element.removeAttribute("aria-activedescendant");
  }

  #rowView(row: ReportRow, place: number): Node {
    const isBad = row.outcome !== "completed" || row.problems > 0;
    const view = el(
      "div",
      {
        class: `row${row.changed ? " changed" : ""}${isBad ? " bad" : ""}`,
        id: `row-${place}`,
        attributes: {
          role: "option",
          "data-place": String(place),
          "aria-selected": String(place === this.#selected),
          "aria-setsize": String(this.#rows.length),
          "aria-posinset": String(place + 1),
        },
      },
      el(
        "div",
        "request",
        el("span", "method", visible(row.method)),
        el("span", "path", visible(pathOf(row.url))),
      ),
      el(
        "div",
        "about",
        statusView(row),
        ...marksOf(row).map((mark) => el("span", "mark", mark)),
        el("span", "id", visible(row.id)),
      ),
    );
    view.style.top = `${place * rowHeight}px`;
    return view;
  }
}

function marksOf(row: ReportRow): readonly string[] {
  return [
    ...(row.outcome === "completed" ? [] : [row.outcome]),
    ...(row.problems === 0 ? [] : [row.problems === 1 ? "1 problem" : `${row.problems} problems`]),
    ...(row.localReply ? ["local reply"] : []),
    ...(row.changed && !row.localReply ? ["changed"] : []),
  ];
}

/** The path says most in little room; the whole URL is in the details. */
function pathOf(url: string): string {
  return url.replace(/^[a-z]+:\/\/[^/]*(?=\/)/, "");
}
