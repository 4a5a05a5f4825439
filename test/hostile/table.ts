import { format, resolveConfig } from "prettier";

import { type Mark, type Row, type RowId, ROWS } from "./rows.js";

/** What became of one case. */
export interface Result {
  readonly row: RowId;
  readonly mark: Mark;
}

/** The page with the table, as it is in the repository. `path` is where, for the formatter's configuration. */
export async function renderPage(results: readonly Result[], path: string): Promise<string> {
  const options = await resolveConfig(path);
  return format(page(results), { ...options, parser: "markdown", filepath: path });
}

function page(results: readonly Result[]): string {
  return `<!-- Written by \`npm run test:hostile -- --update\`; the same command without --update fails when it differs. -->

# What hostile input does to a filter

A trap ends a VM, and with it the filter, for good: every later request is answered 503, and streams that wait for a callout hang. So
one header can be a denial of service. This table is what came out when plain filters, written as the guides teach
([test/hostile/filters](../test/hostile/filters/assembly)), got each of these in an Envoy 1.40, one VM a filter, \`FAIL_CLOSED\`. After each of
them the filter had to answer 100 good requests.

✔ right · ✘ wrong, and alive · † the VM is dead · – cannot be asked there

The other columns are what the same kinds of input did to filters of the proxy-wasm SDKs for Rust (0.2.5), Go (January 2026), and AssemblyScript from
G-Core (1.2.3) and solo-io (0.1.15), measured before and apart from ours: their inputs were fewer, and \`npm run test:hostile\` does not run them
again. Blank: not asked.

## What a client or an upstream sends

${table(results, "peer")}

## What an author or an operator gets wrong

${table(results, "author")}

## What must hold

Each is an \`R\` rule of [test/conformance/rules.ts](../test/conformance/rules.ts), which names the rows above and the cases of the simulator's judge that show it.

${MUST_HOLD.map((rule, index) => `${index + 1}. ${rule}`).join("\n")}
`;
}

/** The rules that the cases were written for; test/conformance/rules.ts names them by their number. */
const MUST_HOLD: readonly string[] = [
  "Octets from 0x80 up are got, iterated over, copied and sent as they came: requests, responses, callouts; HTTP/1.1 and HTTP/2.",
  "A value that is absent, one that is empty, and one that cannot be read in this phase are three results.",
  "Every operation on every map and body in every callback: never a trap.",
  "An answer to a callout of a stream that has gone does no harm, whatever is done with it; twenty at once neither.",
  "A callout whose answer has no headers: the status reads as absent, and the client gets an answer.",
  "The body is handled when trailers follow it, bad bodies too.",
  "No body in all its forms; trailers alone.",
  "JSON of every kind above; what is written can be read by a strict parser; depth is limited in both.",
  "Configurations of every kind above: refused with a reason, never a trap, never silently empty.",
  "Updates by LDS and ECDS: a bad one leaves the old, a good one applies, and the drained plugin leaves the VM alive.",
  "Properties that are missing, have an empty path, or are read after a client has left.",
  "Metrics that are increased and read; ids that do not exist.",
  "A foreign function that fails, then another read from the host.",
  "Ranges past the end of a body, of the greatest length, and changes in its middle.",
  "CR and LF in values and impossible statuses are refused with the reason; so is a local reply that cannot work.",
  "Memory stays bounded with 40 callouts of 5 MB at once.",
  "No row of the tables above has a dead or a wrong case.",
];

/** What the other SDKs' filters made of the inputs that were put to them, in all. */
const OTHERS: Readonly<Record<Row["by"], string>> = {
  peer: "The others, 82 cases, dead and wrong: Rust 9 and 3, Go 2 and 5, G-Core 13 and 18, solo-io 13 and 18.",
  author: "The others, 34 cases, dead: Rust 11, Go 2, G-Core 5, solo-io 7.",
};

function table(results: readonly Result[], by: Row["by"]): string {
  const lines = [
    "| input | cases | this SDK | Rust | Go | G-Core | solo-io |",
    "| --- | ---: | --- | --- | --- | --- | --- |",
  ];
  let [cases, wrong, dead] = [0, 0, 0];
  for (const [id, row] of Object.entries(ROWS) as [RowId, Row][]) {
    if (row.by !== by) continue;
    const own = results.filter((result) => result.row === id);
    const count = (mark: Mark) => own.filter((result) => result.mark === mark).length;
    cases += own.length;
    wrong += count("✘");
    dead += count("†");
    const { rust = "", go = "", gcore = "", solo = "" } = row.others ?? {};
    lines.push(
      `| ${row.input} | ${own.length} | ${summary(own.length, count("✘"), count("†"))} | ${rust} | ${go} | ${gcore} | ${solo} |`,
    );
  }
  return `${lines.join("\n")}\n\nThis SDK, ${cases} cases: ${dead} dead, ${wrong} wrong. ${OTHERS[by]}`;
}

function summary(cases: number, wrong: number, dead: number): string {
  if (cases === 0) return "";
  const marks = [...(dead > 0 ? [`† ${dead}`] : []), ...(wrong > 0 ? [`✘ ${wrong}`] : [])];
  return marks.length === 0 ? "✔" : marks.join(" ");
}
