import type { PluginConfig } from "./plugin-config.js";

/**
 * A filter that does nothing, to see what Envoy does by itself. Its module, as text:
 *
 *     (module
 *       (memory (export "memory") 1)
 *       (func (export "proxy_abi_version_0_2_1"))
 *       (func (export "malloc") (param i32) (result i32) (i32.const 0)))
 */
export const idlePlugin: PluginConfig = {
  name: "idle",
  rootId: "",
  vmConfig: {
    vmId: "",
    code: Buffer.from(
      "AGFzbQEAAAABCQJgAABgAX8BfwMDAgABBQMBAAEHLQMGbWVtb3J5AgAXcHJveHlfYWJpX3ZlcnNpb25fMF8yXzEAAAZtYWxsb2MAAQoJAgIACwQAQQAL",
      "base64",
    ),
    configuration: null,
  },
  configuration: null,
  allowOnHeadersStopIteration: false,
};
