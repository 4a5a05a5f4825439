import { type Digest, fetchManifest, isManifestMediaType } from "oras-js";
import { stringify } from "yaml";
import { defineCommand, flag, json, list, required, value } from "../command.js";
import { usageError } from "../errors.js";
import { moduleLayer } from "../image/index.js";
import {
  readPhase,
  readSelector,
  requireFitsWasmPlugin,
  resourceName,
  wasmPlugin,
} from "../istio/wasm-plugin.js";
import { openProject, type Project } from "../project/project.js";
import { projectOption } from "../project/project-option.js";
import {
  openSource,
  pinned,
  readAddressOrProject,
  readRemoteAddress,
  type RemoteAddress,
  resolveSource,
  tagMissing,
} from "../registry/address.js";
import { registryAccess, type RegistryInput, registryOptions } from "../registry/registry-options.js";
import type { Terminal } from "../terminal.js";

export const manifestIstio = defineCommand({
  name: "manifest istio",
  summary: "print the WasmPlugin that runs a pushed image in Istio",
  arguments: { reference: required("the image: REGISTRY/REPOSITORY:TAG") },
  options: {
    name: value("NAME", "metadata.name (default: the filter's name)"),
    namespace: value("NAMESPACE", "metadata.namespace", "n"),
    phase: value("PHASE", "AUTHN, AUTHZ or STATS (default: last, before the router)"),
    selector: list("KEY=VALUE", "a label of the pods it is for; repeatable"),
    project: projectOption,
    layout: flag("take the digest from build/oci and ask no registry"),
    ...registryOptions,
    json,
  },
  async run(input, terminal) {
    const reference = readRemoteAddress(input.reference);
    if ((reference.digest ?? reference.tag) === undefined) throw tagMissing(input.reference);
    const phase = readPhase(input.phase);
    const matchLabels = readSelector(input.selector);
    const project = await openProject(input.project);
    requireFitsWasmPlugin(project.manifest);
    const digest = input.layout
      ? await layoutDigest(project)
      : await registryDigest(reference, input, terminal);
    const resource = wasmPlugin(project.manifest, pinned(reference, digest), {
      name: readName(input.name ?? resourceName(project.manifest.name)),
      namespace: input.namespace === undefined ? undefined : readName(input.namespace),
      phase,
      matchLabels,
    });
    if (input.json) terminal.json(resource);
    else terminal.out(stringify(resource, { lineWidth: 0 }).trimEnd());
    return 0;
  },
});

async function layoutDigest(project: Project): Promise<Digest> {
  return (await resolveSource(await openSource(readAddressOrProject(undefined, project.folder), {}))).digest;
}

/** The digest of an image that Istio can load: an index is none, because the digest of its child is compared. */
async function registryDigest(
  reference: RemoteAddress,
  input: RegistryInput,
  terminal: Terminal,
): Promise<Digest> {
  const source = await openSource(reference, await registryAccess(input, terminal));
  const image = await resolveSource(source);
  if (isManifestMediaType(image.mediaType)) moduleLayer(await fetchManifest(source.target, image));
  return image.digest;
}

/** RFC 1123, as the API server checks it. */
function readName(name: string): string {
  if (/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) return name;
  throw usageError(
    `${name} cannot be a Kubernetes name`,
    "use at most 63 of a-z, 0-9 and -, with no - at either end",
  );
}
