/** What `package` attaches to an image: referrers, because another layer would keep consumers from finding the module. */
import { annotationKeys, attach, type Descriptor, pushBytes, type Target } from "oras-js";

export const attachmentKinds = ["readme", "schema", "sbom"] as const;
export type AttachmentKind = (typeof attachmentKinds)[number];

export interface Attachment {
  readonly kind: AttachmentKind;
  readonly fileName: string;
  readonly bytes: Uint8Array;
}

/** The layer's media type, and the artifact type by which `discover` finds it. */
export const attachmentTypes: Readonly<
  Record<AttachmentKind, { readonly artifact: string; readonly layer: string }>
> = {
  readme: { artifact: "application/vnd.proxy-wasm.readme", layer: "text/markdown" },
  schema: { artifact: "application/vnd.proxy-wasm.configuration-schema", layer: "application/schema+json" },
  // What scanners look for.
  sbom: { artifact: "application/vnd.cyclonedx+json", layer: "application/vnd.cyclonedx+json" },
};

/** Attaches a file to the image; the same file always gives the same digest. */
export async function pushAttachment(to: Target, image: Descriptor, file: Attachment): Promise<Descriptor> {
  const { artifact, layer } = attachmentTypes[file.kind];
  const pushed = await pushBytes(to, layer, file.bytes, {
    annotations: { [annotationKeys.title]: file.fileName },
  });
  return attach(to, image, { artifactType: artifact, layers: [pushed] });
}
