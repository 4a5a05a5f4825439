import { defineCommand, json, required, value } from "../command.js";
import { addressSummary, openSource, pinned, readAddress, resolveSource } from "../registry/address.js";
import { referrerTree, treeLines } from "../registry/referrer-tree.js";
import { registryAccess, registryOptions } from "../registry/registry-options.js";
import { printable } from "../terminal.js";

export const discover = defineCommand({
  name: "discover",
  summary: "show what is attached to an image, as a tree",
  arguments: { address: required(addressSummary) },
  options: {
    artifactType: value("TYPE", "only what is of this type"),
    ...registryOptions,
    json,
  },
  async run({ artifactType, ...input }, terminal) {
    const address = readAddress(input.address);
    const source = await openSource(address, await registryAccess(input, terminal));
    const image = await resolveSource(source);
    const tree = await referrerTree(source.target, image, artifactType === undefined ? {} : { artifactType });
    const reference = pinned(address, image.digest);
    if (input.json) terminal.json({ reference, ...tree });
    else {
      terminal.out(reference);
      for (const line of treeLines(tree)) terminal.out(printable(line));
      if (tree.referrers.length === 0) terminal.note("nothing is attached to it");
    }
    return 0;
  },
});
