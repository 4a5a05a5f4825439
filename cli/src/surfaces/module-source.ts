/** Where an Envoy without a control plane gets the module: it knows no images, only files and URLs (oci.md 2.4). */
import { hexOf } from "oras-js";
import { value } from "../command.js";
import { usageError } from "../errors.js";
import type { Given, PinnedImage } from "./surface.js";

export const moduleOptions = {
  modulePath: value("PATH", "where Envoy finds the module (default: /etc/envoy/NAME.wasm)"),
  moduleUrl: value("URL", "where Envoy fetches the module, through --module-cluster"),
  moduleCluster: value("CLUSTER", "the cluster of --module-url"),
};

export type ModuleSource =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "url"; readonly url: string; readonly cluster: string };

export function readModuleSource(input: Given<typeof moduleOptions>, filterName: string): ModuleSource {
  const { modulePath, moduleUrl, moduleCluster } = input;
  if (moduleUrl === undefined && moduleCluster === undefined) {
    return { kind: "file", path: modulePath ?? `/etc/envoy/${filterName}.wasm` };
  }
  if (modulePath !== undefined) {
    throw usageError("--module-path and --module-url are both given", "Envoy takes one of the two");
  }
  if (moduleUrl === undefined || moduleCluster === undefined) {
    throw usageError(
      `--module-${moduleUrl === undefined ? "cluster" : "url"} is given alone`,
      "give --module-url and --module-cluster: Envoy fetches the one through the other",
    );
  }
  if (!/^https?:\/\/[^/\s]/.test(moduleUrl)) {
    throw usageError(
      `--module-url ${moduleUrl} is no http(s) URL`,
      "Envoy fetches no images: serve the file that as-proxy-wasm pull writes",
    );
  }
  return { kind: "url", url: moduleUrl, cluster: moduleCluster };
}

/** `VmConfig.code`; what is fetched is pinned by the module's own digest. */
export function moduleCode(source: ModuleSource, image: PinnedImage): object {
  if (source.kind === "file") return { local: { filename: source.path } };
  return {
    remote: {
      http_uri: { uri: source.url, cluster: source.cluster, timeout: "30s" },
      sha256: hexOf(image.wasmDigest),
      retry_policy: { num_retries: 3 },
    },
  };
}

/** What has to be where, for people. */
export function moduleHeading(source: ModuleSource, image: PinnedImage): readonly string[] {
  const fetched = `The module of ${image.reference}`;
  if (source.kind === "url") {
    return [`${fetched} has to be at that URL, bare; Envoy checks that it is ${image.wasmDigest}.`];
  }
  return [
    `${fetched} has to be at ${source.path}: as-proxy-wasm pull ${image.reference} -o ${source.path}`,
    `Envoy checks nothing about a file: it is ${image.wasmDigest}.`,
  ];
}
