import { isReferrersTag } from "oras-js";
import { defineCommand, flag, json, required } from "../command.js";
import { openTags, readAddress } from "../registry/address.js";
import { registryAccess, registryOptions } from "../registry/registry-options.js";
import { usageError } from "../errors.js";

export const tags = defineCommand({
  name: "tags",
  summary: "list the tags of a repository, or of an OCI layout",
  arguments: { repository: required("REGISTRY/REPOSITORY, or ./FOLDER, ./FILE.tar") },
  options: {
    all: flag("also the lists of referrers that are kept under tags (sha256-…)"),
    ...registryOptions,
    json,
  },
  async run(input, terminal) {
    const address = readAddress(input.repository);
    if (address.tag !== undefined || address.digest !== undefined) {
      throw usageError(`${input.repository} names one image`, "leave out what stands behind the repository");
    }
    const lister = await openTags(address, await registryAccess(input, terminal));
    const all = await lister.tags();
    const shown = input.all ? all : all.filter((tag) => !isReferrersTag(tag));
    if (input.json) terminal.json(shown);
    else for (const tag of shown) terminal.out(tag);
    return 0;
  },
});
