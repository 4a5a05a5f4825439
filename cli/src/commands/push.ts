import { copy, OciLayout } from "oras-js";
import { defineCommand, json, required } from "../command.js";
import { CliError, usageError } from "../errors.js";
import { openProject, projectOption } from "../project/project.js";
import {
  openRemote,
  pinned,
  readReference,
  registryOptions,
  tagMissing,
} from "../registry/registry-options.js";
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
    const reference = readReference(input.reference);
    if (reference.tag === undefined) throw tagMissing(input.reference);
    if (reference.digest !== undefined) {
      throw usageError(
        `${input.reference} names a digest`,
        "push to a tag; the digest follows from the content",
      );
    }
    const { layout: folder } = await openProject(input.project);
    const layout = await openLayout(folder);
    const repository = await openRemote(reference, input, terminal);
    const image = await copy(layout, await onlyTag(layout, folder), repository, reference.tag, {
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

export async function openLayout(folder: string): Promise<OciLayout> {
  try {
    return await OciLayout.open(folder);
  } catch (cause) {
    throw new CliError(
      "ERR_NOT_PACKAGED",
      `there is no image in ${folder}`,
      "run as-proxy-wasm package first",
      { cause },
    );
  }
}

/** `package` writes one tag; a layout with several was made by something else. */
export async function onlyTag(layout: OciLayout, folder: string): Promise<string> {
  const [tag, ...others] = await layout.tags();
  if (tag !== undefined && others.length === 0) return tag;
  throw new CliError(
    "ERR_NOT_PACKAGED",
    `${folder} holds ${tag === undefined ? "no tagged image" : "several images"}`,
    "run as-proxy-wasm package again",
  );
}
