/**
 * The rules that docs/abi.md states in its checklist (section 12) and in appendices D to F, as they stand there. An item of
 * a numbered list is `12.15`; elsewhere rows of tables and items of lists are counted apart: `E.10 row 3`, `E.3 item 2`.
 */
export function rulesIn(abi: string): Map<string, string> {
  const rules = new Map<string, string>();
  let section = "";
  let counts = { row: 0, item: 0 };
  let inTable = false;
  for (const line of abi.split("\n")) {
    const heading = /^#{2,3} (?:Appendix ([D-Z])|([A-Z]\.\d+|\d+(?:\.\d+)?))\.? /.exec(line);
    if (/^#{2,3} /.test(line)) {
      section = heading?.[1] ?? heading?.[2] ?? "";
      counts = { row: 0, item: 0 };
      inTable = false;
    }
    if (!/^(?:12|D|E\.\d+|F\.\d+)$/.test(section)) continue;
    const numbered = /^(\d+)\. (.*)/.exec(line);
    if (numbered !== null) rules.set(`${section}.${numbered[1]}`, numbered[2] ?? "");
    else if (line.startsWith("- ")) rules.set(`${section} item ${++counts.item}`, line.slice(2));
    // The first two lines of a table are its head.
    const isRow = line.startsWith("|");
    if (isRow && inTable && !/^\|[\s|:-]+\|$/.test(line))
      rules.set(`${section} row ${++counts.row}`, line.replaceAll(/ +/g, " "));
    inTable = isRow;
  }
  return rules;
}

/** What docs/reliability.md says must hold: `R.4`. */
export function reliabilityRulesIn(page: string): Map<string, string> {
  const [, list = ""] = page.split("## What must hold\n");
  return new Map([...list.matchAll(/^(\d+)\. (.*)/gm)].map(([, number, rule = ""]) => [`R.${number}`, rule]));
}
