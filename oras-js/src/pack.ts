import { pushBytes } from "./content.js";
import { type Descriptor, requireMediaType } from "./descriptor.js";
import { OrasError } from "./errors.js";
import { mediaTypes } from "./media-types.js";
import type { OperationOptions, Pusher } from "./roles.js";

export interface PackOptions extends OperationOptions {
  /** What kind of artifact it is. Required without a config, or with an empty one. */
  readonly artifactType?: string;
  /** A config that the target holds already. The empty one is pushed unless given. */
  readonly config?: Descriptor;
  /** The layers, in order, which the target holds already. */
  readonly layers?: readonly Descriptor[];
  /** The manifest this one says something about, e.g. signs. */
  readonly subject?: Descriptor;
  /** Written in the order of their keys. Nothing is added, not even a date: the same input gives the same digest. */
  readonly annotations?: Readonly<Record<string, string>>;
}

const empty = new TextEncoder().encode("{}");

/**
 * Builds an image manifest (image-spec 1.1), pushes it and returns its descriptor; `target.tag` names it.
 *
 * @example
 * const store = new MemoryStore();
 * const layer = await pushBytes(store, "text/plain", new TextEncoder().encode("hello"));
 * const manifest = await pack(store, { artifactType: "application/vnd.example.greeting", layers: [layer] });
 * await store.tag(manifest, "v1");
 */
export async function pack(target: Pusher, options: PackOptions): Promise<Descriptor> {
  const { artifactType, subject } = options;
  if (artifactType !== undefined) requireMediaType(artifactType, "artifactType");
  const configType = options.config?.mediaType ?? mediaTypes.emptyJson;
  if (artifactType === undefined && configType === mediaTypes.emptyJson) {
    throw new OrasError("ORAS_INVALID_PACK", "A manifest with an empty config needs an artifactType", {
      hint: "Give artifactType, or a config whose media type says what the artifact is.",
    });
  }
  // Not the options themselves: their annotations belong to the manifest, not to a descriptor.
  const operation = options.signal === undefined ? {} : { signal: options.signal };
  const pushEmpty = (): Promise<Descriptor> => pushBytes(target, mediaTypes.emptyJson, empty, operation);
  const config = options.config ?? (await pushEmpty());
  // Some registries refuse a manifest without layers, so the specification fills the gap with the empty one.
  const layers = options.layers?.length ? options.layers : [await pushEmpty()];
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.imageManifest,
    ...(artifactType === undefined ? {} : { artifactType }),
    config,
    layers,
    ...(subject === undefined ? {} : { subject }),
    ...(options.annotations === undefined ? {} : { annotations: sorted(options.annotations) }),
  };
  const bytes = new TextEncoder().encode(JSON.stringify(manifest));
  return pushBytes(target, mediaTypes.imageManifest, bytes, operation);
}

function sorted(annotations: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(annotations).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
