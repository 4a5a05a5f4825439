import { anchorOf } from "./anchors.js";
import type { PublicMember, PublicSymbol } from "./declarations.js";
import type { Page } from "./pages.js";

/** What the pages refer to outside of themselves. */
export interface Surroundings {
  /** The anchors of abi.md by the numbers of its sections. */
  readonly abiSections: ReadonlyMap<string, string>;
}

/** All files of the reference, by their names. */
export function renderAll(pages: readonly Page[], surroundings: Surroundings): Map<string, string> {
  const links = linksTo(pages);
  const files = pages.map((page): [string, string] => [
    `${page.name}.md`,
    renderPage(page, { ...surroundings, links }),
  ]);
  return new Map([["README.md", renderIndex(pages)], ...files]);
}

/** Where names are explained: `Headers`, `Headers.get`, `log.info`. */
type Links = ReadonlyMap<string, string>;

interface Context extends Surroundings {
  readonly links: Links;
}

const GENERATED = "<!-- Written by `npm run docs` from the doc comments of the SDK. -->";

function linksTo(pages: readonly Page[]): Links {
  const links = new Map<string, string>();
  for (const { name: page, symbols } of pages) {
    for (const symbol of symbols) {
      links.set(symbol.name, `${page}.md#${anchorOf(symbol.name)}`);
      if (symbol.kind === "enum") {
        for (const { name } of symbol.members)
          links.set(`${symbol.name}.${name}`, `${page}.md#${anchorOf(symbol.name)}`);
        continue;
      }
      for (const { name } of symbol.members)
        links.set(`${symbol.name}.${name}`, `${page}.md#${anchorOf(headingOf(symbol, name))}`);
    }
  }
  return links;
}

function renderIndex(pages: readonly Page[]): string {
  const overview = pages.map(
    ({ name, title, about, specifier }) => `| [${title}](${name}.md) | \`${specifier}\` | ${about} |`,
  );
  const symbols = pages
    .flatMap((page) => page.symbols.map((symbol) => ({ page, symbol })))
    .toSorted((left, right) => compare(left.symbol.name, right.symbol.name))
    .map(
      ({ page, symbol }) =>
        `| [\`${symbol.name}\`](${page.name}.md#${anchorOf(symbol.name)}) | ${symbol.kind} | ${cell(firstSentence(symbol.doc))} |`,
    );
  return [
    GENERATED,
    "# Reference",
    "Every class, function and enum that the SDK exports, with what its doc comment says. The [guide](../guide/README.md) shows " +
      "the same by what one wants to do. How the host behaves is in [abi.md](../abi.md), which the comments refer to by section.",
    ["| page | import from | about |", "| --- | --- | --- |", ...overview].join("\n"),
    "## All symbols",
    ["| symbol | is a | in short |", "| --- | --- | --- |", ...symbols].join("\n"),
    "",
  ].join("\n\n");
}

function renderPage(page: Page, surroundings: Context): string {
  const guide = page.guide.map((name) => `[${name}](../guide/${name}.md)`).join(", ");
  const importable = page.symbols.filter(({ name }) => !name.includes("."));
  return [
    GENERATED,
    `# ${page.title}`,
    page.about,
    "```ts\n" +
      importOf(
        page.specifier,
        importable.map(({ name }) => name),
      ) +
      "\n```",
    ...(guide === "" ? [] : [`In the guide: ${guide}. All symbols: [index](README.md).`]),
    ...page.symbols.flatMap((symbol) => renderSymbol(symbol, surroundings)),
    "",
  ].join("\n\n");
}

function importOf(specifier: string, names: readonly string[]): string {
  const line = `import { ${names.join(", ")} } from "${specifier}";`;
  if (line.length <= 100) return line;
  return `import {\n${names.map((name) => `  ${name},\n`).join("")}} from "${specifier}";`;
}

function renderSymbol(symbol: PublicSymbol, surroundings: Context): string[] {
  const inherited = symbol.bases.map((base) => `It has the members of \`${base}\` too.`).join(" ");
  const prose = (text: string): string => link(text, symbol, surroundings);
  return [
    `## ${symbol.name}`,
    fence(symbol.signature),
    ...(symbol.doc === null ? [] : [prose(symbol.doc)]),
    ...(inherited === "" ? [] : [prose(inherited)]),
    `Source: [sdk/${symbol.path}](../../sdk/${symbol.path})`,
    ...(symbol.kind === "enum"
      ? [enumTable(symbol, prose)]
      : symbol.members.flatMap((member) => renderMember(symbol, member, prose))),
  ];
}

function renderMember(symbol: PublicSymbol, member: PublicMember, prose: (text: string) => string): string[] {
  return [
    `### ${headingOf(symbol, member.name)}`,
    fence(member.signature),
    ...(member.doc === null ? [] : [prose(member.doc)]),
  ];
}

function headingOf(symbol: PublicSymbol, member: string): string {
  return member === "constructor" ? `new ${symbol.name}` : `${symbol.name}.${member}`;
}

function enumTable(symbol: PublicSymbol, prose: (text: string) => string): string {
  const rows = symbol.members.map(
    ({ name, value, doc }) => `| \`${name}\` | ${value ?? ""} | ${cell(prose(doc ?? ""))} |`,
  );
  return ["| member | value | meaning |", "| --- | --- | --- |", ...rows].join("\n");
}

function fence(code: string): string {
  return "```ts\n" + code + "\n```";
}

/** Links what a comment names: symbols, members, sections of abi.md. */
function link(text: string, symbol: PublicSymbol, { links, abiSections }: Context): string {
  // Code in fences stays as it is.
  return text
    .split(/(^```.*?^```)/ms)
    .map((part) =>
      part.startsWith("```")
        ? part
        : part
            .replaceAll(/`([\w.]+)(\(\))?`/g, (code, name: string) => {
              const target = links.get(`${symbol.name}.${name}`) ?? links.get(name);
              return target === undefined || name === symbol.name ? code : `[${code}](${target})`;
            })
            .replaceAll(/abi\.md ([\dA-Z]+(?:\.\d+)?)/g, (reference, section: string) => {
              const anchor = abiSections.get(section) ?? abiSections.get(section.split(".")[0]!);
              return `[${reference}](../abi.md${anchor === undefined ? "" : `#${anchor}`})`;
            }),
    )
    .join("");
}

function firstSentence(doc: string | null): string {
  const paragraph = (doc ?? "").split("\n\n")[0]!.replaceAll("\n", " ");
  return /^.*?[.!?](?= |$)/.exec(paragraph)?.[0] ?? paragraph;
}

function cell(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, " ").replaceAll("|", "\\|");
}

function compare(left: string, right: string): number {
  const [a, b] = [left.toLowerCase(), right.toLowerCase()];
  return a < b ? -1 : a > b ? 1 : left < right ? -1 : 1;
}
