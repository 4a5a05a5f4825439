import { extendedCopy } from "oras-js";
import { defineCommand, json, required, value } from "../command.js";
import { usageError } from "../errors.js";
import { projectOption } from "../project/project-option.js";
import {
  openDestination,
  openSource,
  pinned,
  readAddress,
  readAddressOrProject,
  readRemoteAddress,
  resolveSource,
  tagMissing,
} from "../registry/address.js";
import { interruptible } from "../registry/interruptible.js";
import { registryAccess, registryOptions } from "../registry/registry-options.js";
import { Transfer } from "../registry/transfer.js";

export const push = defineCommand({
  name: "push",
  summary: "send the image in build/oci to a registry, with all that is attached",
  arguments: { address: required("where to: REGISTRY/REPOSITORY:TAG") },
  options: {
    from: value("ADDRESS", "another layout than build/oci: ./FOLDER, ./FILE.tar"),
    project: projectOption,
    ...registryOptions,
    json,
  },
  async run(input, terminal) {
    const address = readRemoteAddress(input.address);
    const { tag } = address;
    if (tag === undefined) throw tagMissing(input.address);
    if (address.digest !== undefined) {
      throw usageError(
        `${input.address} names a digest`,
        "push to a tag; the digest follows from the content",
      );
    }
    const from =
      input.from === undefined ? readAddressOrProject(undefined, input.project) : readAddress(input.from);
    const access = await registryAccess(input, terminal);
    return interruptible(async (signal) => {
      const source = await openSource(from, access);
      const { target } = await openDestination(address, access);
      const transfer = new Transfer(terminal, "sent");
      const { onProgress, onCopied, moved } = transfer;
      const { digest } = await resolveSource(source, { signal });
      const image = await extendedCopy(source.target, digest, target, tag, { signal, onProgress, onCopied });
      const reference = pinned(address, image.digest);
      if (input.json) terminal.json({ reference, manifestDigest: image.digest, content: moved });
      else terminal.out(reference);
      terminal.note(`next: as-proxy-wasm manifest istio ${reference}`);
      return 0;
    });
  },
});
