/** A small artifact in an OCI layout, with something attached to it: what the verbs that move images are tested with. */
import { attach, type Descriptor, OciLayout, pack, pushBytes } from "oras-js";

export interface HelloImage {
  readonly layout: OciLayout;
  readonly layer: Descriptor;
  readonly manifest: Descriptor;
  /** A signature of the image, and one of that signature. */
  readonly signature: Descriptor;
  readonly countersignature: Descriptor;
}

export const signatureType = "application/vnd.example.signature";

/** Makes it in a folder, tagged v1. */
export async function helloImage(folder: string, text = "hello"): Promise<HelloImage> {
  const layout = await OciLayout.create(folder);
  const layer = await pushBytes(layout, "text/plain", Buffer.from(text));
  const manifest = await pack(layout, { artifactType: "application/vnd.example.greeting", layers: [layer] });
  const signature = await attach(layout, manifest, { artifactType: signatureType });
  const countersignature = await attach(layout, signature, { artifactType: signatureType });
  await layout.tag(manifest, "v1");
  return { layout, layer, manifest, signature, countersignature };
}
