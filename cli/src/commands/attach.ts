import { basename } from "node:path";
import { annotationKeys, attach as attachArtifact, type Descriptor, pushFile } from "oras-js";
import { defineCommand, json, list, many, required, value } from "../command.js";
import { usageError } from "../errors.js";
import {
  addressSummary,
  openTarget,
  pinned,
  pinnedBeside,
  readAddress,
  resolveSource,
} from "../registry/address.js";
import { interruptible } from "../registry/interruptible.js";
import { readTypedFile } from "../registry/media-type-of-file.js";
import { registryAccess, registryOptions } from "../registry/registry-options.js";

export const attach = defineCommand({
  name: "attach",
  summary: "add files to an image, which stays as it is: an SBOM, a readme",
  arguments: {
    address: required(addressSummary),
    files: many("FILE or FILE:MEDIA/TYPE; the type follows from the usual endings"),
  },
  options: {
    artifactType: value("TYPE", "what is attached, as whoever looks for it asks: application/spdx+json"),
    annotation: list("KEY=VALUE", "an annotation of what is attached; repeatable"),
    ...registryOptions,
    json,
  },
  async run(input, terminal) {
    const address = readAddress(input.address);
    const { artifactType } = input;
    if (artifactType === undefined) {
      throw usageError(
        "--artifact-type is missing",
        "say what is attached, as in --artifact-type application/spdx+json",
      );
    }
    if (input.files.length === 0)
      throw usageError("there is no file to attach", "name one, as in sbom.spdx.json");
    const files = input.files.map(readTypedFile);
    const annotations = Object.fromEntries(input.annotation.map(readAnnotation));
    const access = await registryAccess(input, terminal);
    return interruptible(async (signal) => {
      const opened = await openTarget(address, access);
      const subject = await resolveSource(opened, { signal });
      const layers: Descriptor[] = [];
      for (const { path, mediaType } of files) {
        const title = { [annotationKeys.title]: basename(path) };
        layers.push(await pushFile(opened.target, mediaType, path, { signal, annotations: title }));
      }
      const referrer = await attachArtifact(opened.target, subject, {
        artifactType,
        layers,
        annotations,
        signal,
      });
      const reference = pinnedBeside(address, referrer.digest);
      if (input.json) {
        terminal.json({ subject: pinned(address, subject.digest), reference, artifactType, ...referrer });
      } else terminal.out(reference);
      return 0;
    });
  },
});

function readAnnotation(text: string): [key: string, value: string] {
  const equals = text.indexOf("=");
  if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)];
  throw usageError(`--annotation ${text} is not KEY=VALUE`, "write it like --annotation org.example.run=42");
}
