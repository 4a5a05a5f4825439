/** Istio's WasmPlugin (extensions.istio.io/v1alpha1) for a filter; what it cannot say is refused, not left out. */
import type { FilterManifest } from "as-proxy-wasm-sim";
import { CliError, usageError } from "../errors.js";

export const phases = ["AUTHN", "AUTHZ", "STATS"] as const;
export type Phase = (typeof phases)[number];

export interface WasmPluginOptions {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly phase: Phase | undefined;
  readonly matchLabels: Readonly<Record<string, string>>;
}

/** `image` is `host/repository:tag@sha256:…`; the digest is the manifest's, not the module's (oci.md 0.3). */
export function wasmPlugin(manifest: FilterManifest, image: string, options: WasmPluginOptions): object {
  const config = pluginConfig(manifest);
  return {
    apiVersion: "extensions.istio.io/v1alpha1",
    kind: "WasmPlugin",
    metadata: {
      name: options.name,
      ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
    },
    spec: {
      ...(Object.keys(options.matchLabels).length === 0
        ? {}
        : { selector: { matchLabels: options.matchLabels } }),
      ...(manifest.kind === "network" ? { type: "NETWORK" } : {}),
      // Without the scheme, host:port is read as a scheme of its own (oci.md 1.1).
      url: `oci://${image}`,
      ...(options.phase === undefined ? {} : { phase: options.phase }),
      pluginName: manifest.rootId,
      ...(config === undefined ? {} : { pluginConfig: config }),
    },
  };
}

/** Refuses a filter that would start under a WasmPlugin and then not work. */
export function requireFitsWasmPlugin(manifest: FilterManifest): void {
  if (manifest.target !== "envoy") {
    throw new CliError(
      "ERR_MANIFEST",
      `${manifest.name} is built for ${manifest.target} (filter.json), and Istio's proxy is an Envoy`,
      'set "target" to "envoy" and build again',
    );
  }
  if (manifest.allowOnHeadersStopIteration) {
    throw new CliError(
      "ERR_MANIFEST",
      `${manifest.name} needs allow_on_headers_stop_iteration (filter.json), which Istio's WasmPlugin cannot set: requests with a body, such as POST, would hang`,
      "deliver it with an EnvoyFilter, or in Envoy's own configuration, with allow_on_headers_stop_iteration: true",
    );
  }
  if (manifest.vmConfiguration !== null) {
    throw new CliError(
      "ERR_MANIFEST",
      `${manifest.name} has a vmConfiguration (filter.json), which Istio's WasmPlugin cannot carry`,
      "move it into configuration, or deliver the filter with an EnvoyFilter",
    );
  }
}

/** WasmPlugin's pluginConfig is an object, which arrives in the filter as JSON. */
function pluginConfig(manifest: FilterManifest): object | undefined {
  const { configuration } = manifest;
  if (configuration === null) return undefined;
  const value = parseJson(configuration);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new CliError(
    "ERR_MANIFEST",
    `the configuration of ${manifest.name} (filter.json) is no JSON object, and Istio's WasmPlugin carries nothing else`,
    "make it an object, or deliver the filter with an EnvoyFilter",
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Text of another kind, told by the caller.
  }
}

/** RFC 1123 label, as Kubernetes wants names: what other characters there are becomes `-`. */
export function resourceName(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/^-+/, "")
    .slice(0, 63)
    .replace(/-+$/, "");
}

export function readPhase(text: string | undefined): Phase | undefined {
  const phase = phases.find((known) => known === text?.toUpperCase());
  if (text !== undefined && phase === undefined) {
    throw usageError(
      `--phase ${text} is none of Istio's phases`,
      `use ${phases.join(", ")}, or leave it out to run last`,
    );
  }
  return phase;
}

export function readSelector(pairs: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const equals = pair.indexOf("=");
      if (equals <= 0)
        throw usageError(`--selector ${pair} is not KEY=VALUE`, "write it like --selector app=web");
      return [pair.slice(0, equals), pair.slice(equals + 1)];
    }),
  );
}
