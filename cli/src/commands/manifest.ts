/** One verb for each surface: reads the filter, asks the limits, finds the image's digests, prints. */
import { digestOf, isIndexMediaType } from "oras-js";
import { stringify } from "yaml";
import { defineCommand, flag, json, required, value } from "../command.js";
import { CliError } from "../errors.js";
import { consumers, judge } from "../consumers/index.js";
import { extractModule, inspectImage } from "../image/index.js";
import { openProject, type Project } from "../project/project.js";
import { projectOption } from "../project/project-option.js";
import {
  openSource,
  pinned,
  readAddressOrProject,
  readRemoteAddress,
  type RemoteAddress,
  resolveSource,
  type Source,
  tagMissing,
} from "../registry/address.js";
import { registryAccess, type RegistryInput, registryOptions } from "../registry/registry-options.js";
import { readConfiguration } from "../replay/configuration.js";
import { type PinnedImage, requireFits, type Surface, surfaces } from "../surfaces/index.js";
import type { Terminal } from "../terminal.js";

/** The verb of a surface, by the word behind `manifest`. */
export function manifestCommand(name: string): unknown {
  return surfaceCommand(surfaces.find((surface) => surface.name === name)!);
}

function surfaceCommand(surface: Surface): unknown {
  return defineCommand({
    name: `manifest ${surface.name}`,
    summary: surface.summary,
    arguments: { reference: required("the image: REGISTRY/REPOSITORY:TAG") },
    options: {
      ...surface.options,
      config: value("FILE|JSON", "another configuration than filter.json's"),
      project: projectOption,
      layout: flag("take the digests from build/oci and ask no registry"),
      ...registryOptions,
      json,
    },
    async run(input, terminal) {
      const address = readRemoteAddress(input.reference);
      if ((address.digest ?? address.tag) === undefined) throw tagMissing(input.reference);
      const project = await openProject(input.project);
      const filter =
        input.config === undefined
          ? project.manifest
          : { ...project.manifest, configuration: await readConfiguration(input.config) };
      requireFits(surface, filter, surfaces);
      const plan = surface.plan(filter, input);
      for (const warning of plan.warnings) terminal.note(`warning: ${warning}`);
      const image = await pinnedImage(surface, address, project, input, terminal);
      const documents = plan.documents(image);
      if (input.json) terminal.json(documents.length === 1 ? documents[0] : documents);
      else terminal.out(yaml(plan.heading(image), documents));
      return 0;
    },
  });
}

/** The digests of the image as it is in the registry, or as it will be when build/oci is pushed. */
async function pinnedImage(
  surface: Surface,
  address: RemoteAddress,
  project: Project,
  input: RegistryInput & { readonly layout: boolean },
  terminal: Terminal,
): Promise<PinnedImage> {
  const source = input.layout
    ? await openSource(readAddressOrProject(undefined, project.folder), {})
    : await openSource(address, await registryAccess(input, terminal));
  const { manifestDigest, wasmDigest } = await digests(surface, source);
  return { reference: pinned(address, manifestDigest), manifestDigest, wasmDigest };
}

/** Refuses what no consumer loads; an index is never pinned, because they compare the digest of the manifest that they find in it. */
async function digests(surface: Surface, source: Source): Promise<Omit<PinnedImage, "reference">> {
  const image = await resolveSource(source);
  if (isIndexMediaType(image.mediaType)) {
    throw new CliError(
      "ERR_IMAGE",
      `${pinned(source.address, image.digest)} is an index, and what is pinned to an index loads nowhere: consumers compare the digest of the image that they find in it`,
      "name the image itself, as as-proxy-wasm push makes it",
    );
  }
  const inspected = await inspectImage(source.target, image, { byDigest: true });
  const consumer = consumers.find(({ name }) => name === surface.consumer);
  const verdict = consumer === undefined ? undefined : judge(consumer, inspected);
  if (verdict?.loads === false) {
    const { problem, todo } = verdict.broken;
    throw new CliError("ERR_IMAGE", `${consumer!.title} would not load it: ${problem}`, todo);
  }
  return { manifestDigest: image.digest, wasmDigest: digestOf(extractModule(inspected).wasm) };
}

function yaml(heading: readonly string[], documents: readonly object[]): string {
  return [
    ...heading.map((line) => `# ${line}`),
    documents.map((document) => stringify(document, { lineWidth: 0 }).trimEnd()).join("\n---\n"),
  ].join("\n");
}
