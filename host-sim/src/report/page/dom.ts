/** Elements with text in them: the only way in which anything gets into the page. */

type Child = Node | string | null;

interface Properties {
  readonly class?: string;
  readonly id?: string;
  readonly title?: string;
  readonly on?: Readonly<Record<string, (event: Event) => void>>;
  /** Attributes whose values the page itself chose. */
  readonly attributes?: Readonly<Record<string, string>>;
}

export function el<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Properties | string | null,
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  const {
    class: names,
    id,
    title,
    on,
    attributes,
  }: Properties = typeof properties === "string" ? { class: properties } : (properties ?? {});
  if (names !== undefined) element.className = names;
  if (id !== undefined) element.id = id;
  if (title !== undefined) element.title = title;
  for (const [name, value] of Object.entries(attributes ?? {})) element.setAttribute(name, value);
  for (const [name, listener] of Object.entries(on ?? {})) element.addEventListener(name, listener);
  for (const child of children) if (child !== null) element.append(child);
  return element;
}

/** A section that opens and closes; its content is made when it is first opened. */
export function foldable(
  summary: readonly Child[],
  isOpen: boolean,
  content: () => Node,
  names = "",
): HTMLDetailsElement {
  const details = el("details", names, el("summary", null, ...summary));
  const fill = (): void => {
    if (details.open && details.childElementCount === 1) details.append(content());
  };
  details.open = isOpen;
  fill();
  details.addEventListener("toggle", fill);
  return details;
}
