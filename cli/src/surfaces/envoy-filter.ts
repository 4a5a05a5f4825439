/**
 * Istio's EnvoyFilter: all of Envoy's PluginConfig, with the module still fetched by the agent. The plugin is a resource of its own
 * (EXTENSION_CONFIG), because the agent replaces `oci://` there alone; a patch puts its name into the chain.
 */
import type { FilterManifest } from "as-proxy-wasm-sim";
import { hexOf } from "oras-js";
import { flag, value } from "../command.js";
import { usageError } from "../errors.js";
import {
  istioOptions,
  type IstioSettings,
  istioWarnings,
  readIstioSettings,
  type TrafficMatch,
} from "./istio-workloads.js";
import { extension, places, TYPE } from "./plugin-config.js";
import { defineSurface, type PinnedImage } from "./surface.js";

export const envoyFilter = defineSurface({
  name: "istio-envoyfilter",
  makes: "EnvoyFilter",
  summary: "print the EnvoyFilter that runs the image in Istio with all of Envoy's options",
  consumer: "istio",
  options: {
    ...istioOptions,
    // The other way round than with a WasmPlugin (istio/api, networking/v1alpha3/envoy_filter.proto).
    priority: value("N", "order in which EnvoyFilters are applied, the lowest first (default: 0)"),
    first: flag("run before everything in the chain, Istio's own authentication too (default: last)"),
  },
  limits: [
    {
      need: "accessLogger",
      because: "the agent fetches no module for: it does so for HTTP and network filters alone",
    },
    {
      need: "singleton",
      because: "the agent fetches no module for: it does so for HTTP and network filters alone",
    },
  ],
  plan(filter, input) {
    const settings = readIstioSettings(input, filter.name);
    if (settings.pullSecret !== undefined) {
      throw usageError(
        "--pull-secret is no part of an EnvoyFilter: istiod reads pull secrets for WasmPlugin and TrafficExtension alone",
        "mount the registry's credentials into the proxies ($DOCKER_CONFIG/config.json), or use manifest istio",
      );
    }
    return {
      warnings: [...istioWarnings(settings), ...passedBy(filter, input.first)],
      heading: () => [
        "An EnvoyFilter names parts of Istio's own configuration: look at it again before Istio is upgraded.",
      ],
      documents: (image) => [
        {
          apiVersion: "networking.istio.io/v1alpha3",
          kind: "EnvoyFilter",
          metadata: settings.metadata,
          spec: { ...workloads(settings), configPatches: patches(filter, image, settings, input.first) },
        },
      ],
    };
  },
});

function passedBy({ failurePolicy }: FilterManifest, first: boolean): readonly string[] {
  if (failurePolicy !== "FAIL_OPEN" || !first) return [];
  return [
    "FAIL_OPEN with --first: whoever makes the filter crash, and everybody while its image cannot be fetched, gets past it",
  ];
}

function workloads({ labels, targetRefs, priority }: IstioSettings): object {
  return {
    ...(Object.keys(labels).length === 0 ? {} : { workloadSelector: { labels } }),
    ...(targetRefs.length === 0 ? {} : { targetRefs }),
    ...(priority === undefined ? {} : { priority }),
  };
}

function patches(
  filter: FilterManifest,
  image: PinnedImage,
  settings: IstioSettings,
  first: boolean,
): readonly object[] {
  const name = resourceName(settings);
  const network = filter.kind === "network";
  return [
    {
      applyTo: "EXTENSION_CONFIG",
      patch: { operation: "ADD", value: resource(filter, image, settings, name) },
    },
    ...attachments(settings.match).map(({ context, port }) => ({
      applyTo: network ? "NETWORK_FILTER" : "HTTP_FILTER",
      match: { context, listener: listenerMatch(network, port, first) },
      patch: {
        operation: first ? "INSERT_FIRST" : "INSERT_BEFORE",
        value: { name, config_discovery: discovery(network) },
      },
    })),
  ];
}

/** ECDS resources of a proxy share one space of names. */
function resourceName({ metadata }: IstioSettings): string {
  return metadata.namespace === undefined ? metadata.name : `${metadata.namespace}.${metadata.name}`;
}

function resource(filter: FilterManifest, image: PinnedImage, settings: IstioSettings, name: string): object {
  const code = {
    remote: {
      // The agent fetches it and puts a local file in its place; nobody connects to the cluster.
      http_uri: { uri: `oci://${image.reference}`, timeout: "30s", cluster: "_" },
      sha256: hexOf(image.manifestDigest),
    },
  };
  // The agent's own variable, which it takes out again (pkg/wasm/convert.go).
  const policy = settings.pullPolicy;
  return extension(
    filter,
    name,
    code,
    policy === undefined ? {} : { ISTIO_META_WASM_IMAGE_PULL_POLICY: policy },
  );
}

/** As istiod itself writes it: proxies wait for the plugin, and the agent may put RBAC in the place of one it cannot fetch. */
function discovery(network: boolean): object {
  return {
    config_source: { ads: {}, initial_fetch_timeout: "0s", resource_api_version: "V3" },
    type_urls: network
      ? [TYPE + places.network.type, `${TYPE}envoy.extensions.filters.network.rbac.v3.RBAC`]
      : [TYPE + places.http.type, `${TYPE}envoy.extensions.filters.http.rbac.v3.RBAC`],
  };
}

function listenerMatch(network: boolean, port: number | undefined, first: boolean): object {
  const filter = network
    ? { name: "envoy.filters.network.tcp_proxy" }
    : {
        name: "envoy.filters.network.http_connection_manager",
        ...(first ? {} : { subFilter: { name: "envoy.filters.http.router" } }),
      };
  return {
    ...(port === undefined ? {} : { portNumber: port }),
    filterChain: { filter },
  };
}

const contexts = ["SIDECAR_INBOUND", "SIDECAR_OUTBOUND", "GATEWAY"] as const;

/** Istio's own table: a gateway's listeners are clients (pilot/pkg/model/extensions.go). */
const contextsOf = {
  SERVER: ["SIDECAR_INBOUND"],
  CLIENT: ["SIDECAR_OUTBOUND", "GATEWAY"],
  CLIENT_AND_SERVER: contexts,
} as const;

interface Attachment {
  readonly context: (typeof contexts)[number] | "ANY";
  readonly port: number | undefined;
}

/** Where the filter goes; every place once, because two patches for one place would insert it twice. */
export function attachments(match: readonly TrafficMatch[]): readonly Attachment[] {
  const all: readonly TrafficMatch[] = match.length === 0 ? [{ ports: [] }] : match;
  const places = contexts.map((context) => {
    const here = all.filter(({ mode = "CLIENT_AND_SERVER" }) =>
      (contextsOf[mode] as readonly string[]).includes(context),
    );
    const everyPort = here.some(({ ports }) => ports.length === 0);
    const ports = everyPort ? [undefined] : [...new Set(here.flatMap((one) => one.ports))];
    return { context, ports };
  });
  const [first] = places;
  if (places.every(({ ports }) => ports.join() === first!.ports.join() && ports.length > 0)) {
    return first!.ports.map((port) => ({ context: "ANY", port }));
  }
  return places.flatMap(({ context, ports }) => ports.map((port) => ({ context, port })));
}
