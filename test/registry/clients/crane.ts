import { run } from "../processes.js";
import { environment, type Place } from "../registries/place.js";
import { address, type Client } from "./client.js";

/** go-containerregistry's command line: the code with which Istio fetches, too. */
export const crane = (program: string): Client => ({
  name: "crane",
  async pull(image, folder) {
    await run(program, ["pull", ...craneFlags(image.place), "--format=oci", address(image), folder], {
      env: environment(image.place),
    });
  },
  async push(folder, image) {
    await run(program, ["push", ...craneFlags(image.place), folder, address(image)], {
      env: environment(image.place),
    });
  },
});

/** How crane is told that a registry speaks plain HTTP, which it believes of 127.0.0.1 alone. */
export const craneFlags = ({ ca }: Place): readonly string[] => (ca === undefined ? ["--insecure"] : []);
