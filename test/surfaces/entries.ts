/** What a surface printed, as the entries that Envoy gets of it in the end. */
import type { Entries } from "./envoy.js";

interface Patch {
  readonly applyTo: string;
  readonly patch: { readonly value: Resource };
}

interface Resource {
  readonly name: string;
  readonly typed_config: {
    readonly config: {
      readonly vm_config: {
        readonly environment_variables?: { readonly key_values?: Readonly<Record<string, string>> };
      };
    };
  };
}

/** Of Envoy's own forms: the entries themselves. A resource is an entry with its configuration inside. */
export function envoyEntries(documents: readonly object[]): readonly Entries[] {
  const [first, second] = documents as [object, Entries | undefined];
  if (second === undefined) return [first as Entries];
  const { "@type": _, ...resource } = first as { readonly "@type": string };
  const [field] = Object.keys(second);
  return [second, { [field!]: [resource] }];
}

/** Of an EnvoyFilter: what its patches put into the chains, and what the agent makes of its resource. */
export function patchedEntries(document: object, modulePath: string): readonly Entries[] {
  const { configPatches } = (document as { readonly spec: { readonly configPatches: readonly Patch[] } })
    .spec;
  const [resource, ...insertions] = configPatches;
  const field = insertions[0]!.applyTo === "NETWORK_FILTER" ? "filters" : "http_filters";
  return [
    // Each is for a place of its own, so any one of them stands for all.
    { [field]: [insertions[0]!.patch.value] },
    { [field]: [fetched(resource!.patch.value, modulePath)] },
  ];
}

/** The agent puts a file in the place of the image, and takes its own variables out (oci.md 2.2). */
function fetched(resource: Resource, modulePath: string): object {
  const copy = structuredClone(resource) as Resource & {
    typed_config: {
      config: { vm_config: { code: object; environment_variables?: { key_values?: object } } };
    };
  };
  const { vm_config } = copy.typed_config.config;
  vm_config.code = { local: { filename: modulePath } };
  const variables = vm_config.environment_variables?.key_values ?? {};
  for (const name of Object.keys(variables)) {
    if (name.startsWith("ISTIO_META_")) delete (variables as Record<string, unknown>)[name];
  }
  return copy;
}
