import { copy } from "oras-js";
import { defineCommand, json, required } from "../command.js";
import { usageError } from "../errors.js";
import { projectOption } from "../project/project.js";
import {
  openDestination,
  openSource,
  pinned,
  readAddressOrProject,
  readRemoteAddress,
  tagMissing,
} from "../registry/address.js";
import { registryAccess, registryOptions } from "../registry/registry-options.js";
import { size } from "../terminal.js";

export const push = defineCommand({
  name: "push",
  summary: "send the image in build/oci to a registry",
  arguments: { reference: required("where to: REGISTRY/REPOSITORY:TAG") },
  options: {
    project: projectOption,
    ...registryOptions,
    json,
  },
  async run(input, terminal) {
    const reference = readRemoteAddress(input.reference);
    if (reference.tag === undefined) throw tagMissing(input.reference);
    if (reference.digest !== undefined) {
      throw usageError(
        `${input.reference} names a digest`,
        "push to a tag; the digest follows from the content",
      );
    }
    const access = await registryAccess(input, terminal);
    const source = await openSource(readAddressOrProject(undefined, input.project), access);
    const { target } = await openDestination(reference, access);
    const image = await copy(source.target, source.name, target, reference.tag, {
      onCopied: (descriptor, outcome) => {
        terminal.note(
          `${outcome === "copied" ? "sent   " : "there  "} ${descriptor.digest} ${size(descriptor.size)}`,
        );
      },
    });
    const address = pinned(reference, image.digest);
    if (input.json) terminal.json({ reference: address, manifestDigest: image.digest });
    else terminal.out(address);
    terminal.note(`next: as-proxy-wasm manifest istio ${address}`);
    return 0;
  },
});
