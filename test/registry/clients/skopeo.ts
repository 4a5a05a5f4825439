import { dirname, join } from "node:path";
import { run } from "../processes.js";
import { address, type Client, type Image, LAYOUT_TAG } from "./client.js";

/** The client of Podman and CRI-O, from Debian. */
export const skopeo: Client = {
  name: "skopeo",
  async pull(image, folder) {
    await copy([...flags("src", image), `docker://${address(image)}`, `oci:${folder}:${LAYOUT_TAG}`]);
  },
  async push(folder, image) {
    await copy([...flags("dest", image), `oci:${folder}:${LAYOUT_TAG}`, `docker://${address(image)}`]);
  },
};

/** `skopeo copy`; unless it `converts`, it may not change what it copies. */
export const copy = (args: readonly string[], { converts = false }: { readonly converts?: boolean } = {}) =>
  run("skopeo", [
    ...["--insecure-policy", "copy", "--quiet"],
    ...(converts ? [] : ["--preserve-digests"]),
    ...args,
  ]);

/** How it is let in on one side. It takes a folder of authorities, of which every file ending in .crt counts. */
export function flags(side: "src" | "dest", { place }: Image): readonly string[] {
  return [
    `--${side}-authfile=${join(place.dockerConfig, "config.json")}`,
    ...(place.ca === undefined
      ? [`--${side}-tls-verify=false`]
      : [`--${side}-cert-dir=${dirname(place.ca)}`]),
  ];
}
