/** The three layouts in which an image of a filter is made, and the media types by which consumers know them. */

/**
 * `compat`: an OCI image whose one layer is a tar+gzip with plugin.wasm, which everything around Envoy loads. `oci`: the two layers of
 * the Wasm artifact image specification 0.0, the module bare. `cncf`: one bare layer, as the CNCF's Wasm OCI artifact has it.
 */
export const imageLayouts = ["compat", "oci", "cncf"] as const;
export type ImageLayout = (typeof imageLayouts)[number];

/** Where consumers of tar layers look for the module. */
export const MODULE_FILE = "plugin.wasm";

export const layerTypes = {
  /** `oci`: the module, and what its runtime has to know. */
  module: "application/vnd.module.wasm.content.layer.v1+wasm",
  moduleConfig: "application/vnd.module.wasm.config.v1+json",
  /** `cncf`: the module, and the image's config. */
  wasm: "application/wasm",
  wasmConfig: "application/vnd.wasm.config.v0+json",
} as const;
