import { CALLBACKS, HOST_FUNCTIONS, type Row } from "./rows.js";

/** What the Envoys of a page really called. */
export interface Called {
  readonly host: ReadonlySet<string>;
  readonly guest: ReadonlySet<string>;
}

/** Rows that would be empty: a page that says it shows something which its Envoys never called. */
export function coverageProblems(called: ReadonlyMap<string, Called>): string[] {
  return [
    ...problemsOf(HOST_FUNCTIONS, called, "host"),
    ...problemsOf(CALLBACKS, called, "guest"),
    ...unknownCalls(called),
  ];
}

function problemsOf(rows: readonly Row[], called: ReadonlyMap<string, Called>, side: keyof Called): string[] {
  return rows
    .filter((row) => row.instead === undefined && !(called.get(row.page)?.[side].has(row.name) ?? false))
    .map((row) => `${row.name} was not called while docs/guide/${row.page}.md was tried`);
}

/** What was called and has no row. WASI has none: it is no part of the ABI. */
function unknownCalls(called: ReadonlyMap<string, Called>): string[] {
  const known = new Set([...HOST_FUNCTIONS, ...CALLBACKS].map(({ name }) => name));
  const names = new Set([...called.values()].flatMap(({ host, guest }) => [...host, ...guest]));
  return [...names]
    .filter((name) => !known.has(name) && !name.startsWith("wasi_snapshot_preview1."))
    .map((name) => `${name} was called and has no row`);
}

/** docs/coverage.md. */
export function renderCoverage(called: ReadonlyMap<string, Called>): string {
  return `# What of proxy-wasm 0.2.1 the SDK covers

Every host function and every callback of the ABI (\`docs/abi.md\`, appendices A and B), what wraps it in the SDK, and the cases that
exercise it in a real Envoy 1.40. The cases run the filters of the [guide](guide/README.md) as they stand there, and a page counts only
if Envoy's own trace (\`wasm:trace\`) shows the call. Written by \`npm run test:capabilities -- --update\`, which fails when a row is
empty or when this page differs from what came out.

## Host functions

${renderTable(HOST_FUNCTIONS, called, "host")}

\`envoy_resolve_dns\` (Envoy's own) and \`pthread_equal\` (for C++) are no part of the ABI.

## Callbacks

${renderTable(CALLBACKS, called, "guest")}

\`malloc\`, \`_start\`, \`main\` and \`__main_void\` are other languages' ways to what \`proxy_on_memory_allocate\` and \`_initialize\` do here.
`;
}

function renderTable(rows: readonly Row[], called: ReadonlyMap<string, Called>, side: keyof Called): string {
  const cells = rows.map((row) => [
    `\`${row.name}\``,
    row.symbols.map((symbol) => `\`${symbol}\``).join(", "),
    `[${row.page}](guide/${row.page}.md)`,
    exercisedBy(row, called, side),
  ]);
  return markdownTable([["name", "in the SDK", "guide", "exercised by"], ...cells]);
}

/** How many cases a row lists. */
const MOST_CASES = 3;

function exercisedBy(row: Row, called: ReadonlyMap<string, Called>, side: keyof Called): string {
  if (row.instead !== undefined) return row.instead;
  const pages = [...called].filter(([, calls]) => calls[side].has(row.name)).map(([page]) => page);
  const others = pages.filter((page) => page !== row.page);
  return [...pages.filter((page) => page === row.page), ...others]
    .slice(0, MOST_CASES)
    .map((page) => `[${page}.ts](../test/capabilities/cases/${page}.ts)`)
    .join(", ");
}

/** As prettier writes it. */
function markdownTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const [head = [], ...body] = rows;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [line(head), rule, ...body.map(line)].join("\n");
}
