import { run } from "../processes.js";
import { environment, type Place } from "../registries/place.js";
import { address, type Client, LAYOUT_TAG } from "./client.js";

/** ORAS's own command line. */
export const oras = (program: string): Client => ({
  name: "oras",
  async pull(image, folder) {
    await run(
      program,
      [
        "copy",
        ...orasFlags(image.place, "from-"),
        address(image),
        "--to-oci-layout",
        `${folder}:${LAYOUT_TAG}`,
      ],
      { env: environment(image.place) },
    );
  },
  async push(folder, image) {
    await run(
      program,
      [
        "copy",
        ...orasFlags(image.place, "to-"),
        "--from-oci-layout",
        `${folder}:${LAYOUT_TAG}`,
        address(image),
      ],
      { env: environment(image.place) },
    );
  },
});

/** How oras is told about TLS; `copy` has two sides. */
export const orasFlags = ({ ca }: Place, side: "" | "from-" | "to-" = ""): readonly string[] =>
  ca === undefined ? [`--${side}plain-http`] : [`--${side}ca-file`, ca, `--${side}plain-http=false`];
