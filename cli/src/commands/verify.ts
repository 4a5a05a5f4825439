import { type Consumer, consumers, judge, type Remark, type Verdict } from "../consumers/index.js";
import { defineCommand, json, list, optional } from "../command.js";
import { usageError } from "../errors.js";
import { inspectImage } from "../image/index.js";
import { projectOption } from "../project/project-option.js";
import {
  addressSummary,
  openSource,
  pinned,
  readAddressOrProject,
  resolveSource,
} from "../registry/address.js";
import { registryAccess, registryOptions } from "../registry/registry-options.js";
import { printable, type Terminal } from "../terminal.js";

const names = consumers.map(({ name }) => name).join(", ");

export const verify = defineCommand({
  name: "verify",
  summary: "say whether a consumer would load an image; if not, which rule it breaks",
  arguments: { address: optional(`${addressSummary} (default: build/oci)`) },
  options: {
    for: list("CONSUMER", `${names}; repeatable (default: all, of whom one has to load it)`),
    project: projectOption,
    ...registryOptions,
    json,
  },
  async run(input, terminal) {
    // No image loads everywhere: one that nobody asked about in particular has to load somewhere.
    const survey = input.for.length === 0 || input.for.includes("all");
    const asked = survey ? consumers : input.for.map(readConsumer);
    const address = readAddressOrProject(input.address, input.project);
    const source = await openSource(address, await registryAccess(input, terminal));
    const named = await resolveSource(source);
    const image = await inspectImage(source.target, named, { byDigest: address.digest !== undefined });
    const verdicts = asked.map((consumer) => judge(consumer, image));
    if (input.json) terminal.json({ reference: pinned(address, named.digest), verdicts });
    else for (const [index, verdict] of verdicts.entries()) print(asked[index]!, verdict, terminal);
    const loads = ({ loads }: Verdict): boolean => loads;
    return (survey ? verdicts.some(loads) : verdicts.every(loads)) ? 0 : 1;
  },
});

function readConsumer(name: string): Consumer {
  const consumer = consumers.find((one) => one.name === name);
  if (consumer !== undefined) return consumer;
  throw usageError(`--for ${name} is nobody whose rules are known`, `name one of ${names}, or all`);
}

/** How sure a verdict is. */
const evidence: Readonly<Record<Consumer["evidence"], string>> = {
  measured: "",
  source: " (as its source says)",
  documentation: " (as its documentation says)",
};

function print(consumer: Consumer, verdict: Verdict, terminal: Terminal): void {
  const title = `${terminal.style("bold", consumer.title)}${evidence[consumer.evidence]}`;
  if (verdict.loads) {
    terminal.out(`${title}: ${terminal.style("green", "loads it")}, in the form ${verdict.form}`);
    for (const warning of verdict.warnings) terminal.out(`  warning  ${reason(warning)}`);
  } else {
    terminal.out(`${title}: ${terminal.style("red", "does not load it")}`);
    terminal.out(`  ${verdict.broken.rule}  ${reason(verdict.broken)}`);
  }
}

const reason = ({ problem, todo }: Remark): string => printable(`${problem}; ${todo}`);
