import type { Consumer } from "./consumer.js";
import { isModule } from "./module-rules.js";

const client = "bytecodealliance/rust-oci-wasm src/client.rs";
const again = "make the image with as-proxy-wasm package --layout cncf";

/** `wkg oci pull` of wasm-pkg-tools, and what else reads the CNCF's Wasm OCI artifact with its library. */
export const wkg: Consumer = {
  name: "wkg",
  title: "wkg",
  evidence: "source",
  imageRules: [
    {
      id: "platform",
      demands: "has, if it is an index, an image for the platform that wkg runs on",
      source: "oras-project/rust-oci-client src/client.rs",
      todo: "push the image by itself, without an index",
      check: ({ platforms }) =>
        platforms === undefined || platforms.some((platform) => /^linux\/amd64(\/|$)/.test(platform))
          ? undefined
          : `the index has no image for linux/amd64, only for ${platforms.join(", ") || "nothing"}`,
    },
  ],
  forms: { names: ["cncf"], source: client, todo: again },
  moduleRules: [isModule("what is none is of use to nobody; wkg itself writes whatever there is", again)],
  cautions: [],
};
