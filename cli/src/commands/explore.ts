import { join, relative } from "node:path";
import { EnvoyStartError, loadFilter, type RecordedCallout, type RecordedStream } from "as-proxy-wasm-sim";
import { explore as exploreStreams, type Finding, type Search } from "as-proxy-wasm-sim/explore";
import { defineCommand, json, list, many, value } from "../command.js";
import { CliError, usageError } from "../errors.js";
import { findingFile, findingLines, findingRecord } from "../explore/finding-output.js";
import { openProject, requireStreams } from "../project/project.js";
import { projectOption } from "../project/project-option.js";
import { replaceFile } from "../project/replace-file.js";
import { readConfiguration } from "../replay/configuration.js";
import { findRecordings, readRecordings } from "../replay/recordings.js";
import { wholeNumber } from "../replay/run-options.js";
import { printable } from "../terminal.js";

const searches = ["pieces", "order", "inputs", "growth"] as const satisfies readonly Search[];

export const explore = defineCommand({
  name: "explore",
  summary: "look for bugs: other chunks and orders, hostile input, memory that grows",
  arguments: { recordings: many("what to start from (default: recordings/ of the project)") },
  options: {
    project: projectOption,
    config: value("FILE|JSON", "another configuration than filter.json's"),
    only: list("ID", "this stream alone; repeatable"),
    for: list("WHAT", `${searches.join(", ")}; repeatable (default: all)`),
    seed: value("N", "repeat an earlier run (default: a new one)"),
    runs: value("N", "random tries for each stream (default: 200)"),
    replays: value("N", "replays of each stream that look for growth (default: 4000)"),
    output: value("DIR", "where the streams that show bugs are saved (default: findings)"),
    json,
  },
  async run(input, terminal) {
    const wanted = input.for.map(searchNamed);
    const seed = input.seed === undefined ? newSeed() : wholeNumber("--seed", input.seed, "1 or more");
    const runs = input.runs === undefined ? 200 : wholeNumber("--runs", input.runs, "1 or more");
    const replays =
      input.replays === undefined ? 4_000 : wholeNumber("--replays", input.replays, "1 or more");
    const project = await openProject(input.project);
    requireStreams(project);
    const paths = await findRecordings(input.recordings, project.folder);
    const plugin = await loadFilter(project.manifestPath, {
      ...(input.config === undefined ? {} : { configuration: await readConfiguration(input.config) }),
    });
    if (!input.json) terminal.out(`seed ${seed}`);
    const folder = join(project.folder, input.output ?? "findings");
    const findings: { readonly finding: Finding; readonly file: string }[] = [];
    let streams = 0;
    const read = () => readRecordings(paths, { only: input.only, fillMissingBodies: false }, plugin);
    const callouts: RecordedCallout[] = [];
    for await (const item of read())
      if (item.kind === "item" && "standing" in item.item) callouts.push(item.item.standing);
    async function* recorded(): AsyncGenerator<RecordedStream> {
      for await (const item of read()) {
        if (item.kind !== "item" || !("request" in item.item)) continue;
        streams++;
        yield item.item;
      }
    }
    const onSearch = (search: Search, { id }: RecordedStream) => {
      if (terminal.interactive) terminal.note(printable(`${id}: ${search}`));
    };
    const options = { seed, runs, replays, onSearch, ...(wanted.length === 0 ? {} : { searches: wanted }) };
    try {
      for await (const finding of exploreStreams({ plugins: [plugin], callouts }, recorded(), options)) {
        const file = join(folder, `${finding.kind}-${findings.length + 1}.stream.jsonl`);
        await replaceFile(file, findingFile(finding, callouts));
        findings.push({ finding, file });
        if (input.json) continue;
        for (const line of findingLines(finding)) terminal.out(printable(line));
        terminal.out(`  as-proxy-wasm replay ${relative(process.cwd(), file)}`);
      }
    } catch (error) {
      if (!(error instanceof EnvoyStartError)) throw error;
      for (const { text } of error.logs) terminal.note(printable(text));
      throw new CliError("ERR_REPLAY", error.message, error.hint, { cause: error });
    }
    if (input.json) {
      const list = findings.map(({ finding, file }) => ({ ...findingRecord(finding), file }));
      terminal.json({ filter: plugin.name, seed, runs, replays, streams, findings: list });
    } else terminal.out(summary(findings.length, streams, seed));
    return findings.length === 0 ? 0 : 1;
  },
});

function searchNamed(name: string): Search {
  const search = searches.find((one) => one === name);
  if (search !== undefined) return search;
  throw usageError(`--for ${name} is nothing to look for`, `use ${searches.join(", ")}`);
}

/** Short, so that it can be typed. */
function newSeed(): number {
  return 1 + Math.floor(Math.random() * 999_999);
}

function summary(findings: number, streams: number, seed: number): string {
  const what = findings === 0 ? "nothing found" : findings === 1 ? "1 finding" : `${findings} findings`;
  const again = findings === 0 ? "" : `; again: as-proxy-wasm explore --seed ${seed}`;
  return `${what} with ${streams} recorded stream${streams === 1 ? "" : "s"}${again}`;
}
