import { defineCommand, json, many } from "../command.js";
import { usageError } from "../errors.js";
import { mergeParts } from "../merge/merge-parts.js";
import { ReplayDelivery } from "../replay/replay-delivery.js";
import { reportOptions, resultFile, resultOutputs } from "../replay/result-outputs.js";
import { printable } from "../terminal.js";

export const merge = defineCommand({
  name: "merge",
  summary: "put the results of replay --shard together, as if it had been one replay",
  arguments: { parts: many("what replay --shard 1/N --json … N/N printed, in any order") },
  options: { ...reportOptions, output: resultFile, json },
  async run(input, terminal) {
    if (input.parts.length === 0)
      throw usageError("merge needs the parts", "name what every replay --shard I/N --json printed");
    const { head, warnings, events } = await mergeParts(input.parts, {
      describe: input.report !== undefined,
    });
    const { outputs, finish } = resultOutputs(input, terminal);
    for (const warning of warnings) terminal.note(`warning: ${printable(warning)}`);
    const end = await new ReplayDelivery(head, outputs).run(events);
    await finish();
    return end.counts.failed > 0 ? 1 : 0;
  },
});
