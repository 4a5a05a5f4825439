import { copy as copyArtifact, extendedCopy, isTag, type Platform } from "oras-js";
import { defineCommand, flag, json, required, value } from "../command.js";
import { usageError } from "../errors.js";
import {
  addressSummary,
  openDestination,
  openSource,
  pinned,
  readAddress,
  resolveSource,
} from "../registry/address.js";
import { interruptible } from "../registry/interruptible.js";
import { connectionOptions, keptCredentials } from "../registry/registry-options.js";
import { Transfer } from "../registry/transfer.js";

export const copy = defineCommand({
  name: "copy",
  summary: "copy an image between registries, folders and tar files",
  arguments: {
    from: required(addressSummary),
    to: required("the same; without a tag, the one that it has"),
  },
  options: {
    recursive: flag("with all that is attached to it: signatures, SBOMs", "r"),
    platform: value("OS/ARCH", "of an index this image only: linux/amd64, linux/arm/v7"),
    fromPlainHttp: flag("speak http with the registry it comes from"),
    fromCaFile: value("FILE", "trust the authority in this PEM file there"),
    toPlainHttp: flag("speak http with the registry it goes to"),
    toCaFile: value("FILE", "trust the authority in this PEM file there"),
    json,
  },
  async run(input, terminal) {
    const from = readAddress(input.from);
    const to = readAddress(input.to);
    if (to.tag !== undefined && to.digest !== undefined) {
      throw usageError(
        `${input.to} names a tag and a digest`,
        "the digest follows from the content: leave it out",
      );
    }
    const platform = readPlatform(input.platform);
    const credentials = keptCredentials(terminal);
    const fromAccess = {
      credentials,
      ...(await connectionOptions({ plainHttp: input.fromPlainHttp, caFile: input.fromCaFile })),
    };
    const toAccess = {
      credentials,
      ...(await connectionOptions({ plainHttp: input.toPlainHttp, caFile: input.toCaFile })),
    };
    return interruptible(async (signal) => {
      const source = await openSource(from, fromAccess);
      // First, so that a mistake makes no folder.
      const { digest } = await resolveSource(source, { signal });
      const destination = await openDestination(to, toAccess);
      const transfer = new Transfer(terminal, "copied");
      const { onProgress, onCopied } = transfer;
      const options = { signal, onProgress, onCopied, ...(platform === undefined ? {} : { platform }) };
      const name = to.tag ?? to.digest ?? source.name;
      let image;
      try {
        image = await (input.recursive ? extendedCopy : copyArtifact)(
          source.target,
          digest,
          destination.target,
          name,
          options,
        );
        await destination.finish();
      } catch (error) {
        await destination.abandon();
        throw error;
      }
      const reference = pinned(to.tag === undefined && isTag(name) ? { ...to, tag: name } : to, image.digest);
      const counts = {
        copied: transfer.count("copied"),
        mounted: transfer.count("mounted"),
        existed: transfer.count("existed"),
      };
      if (input.json) terminal.json({ reference, manifestDigest: image.digest, ...counts });
      else terminal.out(reference);
      return 0;
    });
  },
});

function readPlatform(text: string | undefined): Platform | undefined {
  if (text === undefined) return undefined;
  const [os, architecture, variant, ...rest] = text.split("/");
  if (os && architecture && variant !== "" && rest.length === 0) {
    return { os, architecture, ...(variant === undefined ? {} : { variant }) };
  }
  throw usageError(`--platform ${text} is not OS/ARCH`, "write it like linux/amd64 or linux/arm/v7");
}
