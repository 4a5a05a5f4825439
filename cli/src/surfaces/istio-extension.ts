/** Istio's WasmPlugin, and the TrafficExtension that istiod turns each of them into (oci.md 2.1): one set of fields in two places. */
import type { FilterManifest } from "as-proxy-wasm-sim";
import { value } from "../command.js";
import {
  istioOptions,
  type IstioSettings,
  istioWarnings,
  readIstioSettings,
  type TrafficMatch,
} from "./istio-workloads.js";
import { readWord } from "./kubernetes.js";
import { parseJson } from "./needs.js";
import { defineSurface, type Limit, type PinnedImage, type Surface } from "./surface.js";

const phases = ["AUTHN", "AUTHZ", "STATS"] as const;

interface ExtensionSettings extends IstioSettings {
  readonly phase: (typeof phases)[number] | undefined;
}

const limits: readonly Limit[] = [
  {
    need: "accessLogger",
    because: "Istio has no field for: it loads filters alone",
  },
  {
    need: "singleton",
    because: "Istio has no field for: it loads filters alone",
  },
  {
    need: "allowOnHeadersStopIteration",
    because: "Istio cannot set there: requests with a body, such as POST, would hang",
  },
  { need: "reloadConfig", because: "Istio cannot set there: a crashed filter is back after a second" },
  { need: "capabilityRestriction", because: "Istio cannot set there: everything would be allowed" },
  {
    need: "vmId",
    because: "Istio cannot set there: all plugins have the same, empty one, and share data by it",
  },
  { need: "vmConfiguration", because: "Istio has no field for: the VM would start without" },
  {
    need: "textConfiguration",
    because: "pluginConfig cannot carry: it is an object, and arrives as JSON",
  },
  {
    need: "listConfiguration",
    because: "pluginConfig cannot carry: it is an object",
  },
  {
    need: "emptyConfiguration",
    because: "istiod leaves away: the filter would get none instead of {}",
  },
];

const options = {
  ...istioOptions,
  phase: value("PHASE", "AUTHN, AUTHZ or STATS (default: last, before the router)"),
};

export const wasmPlugin = extensionSurface({
  name: "istio",
  makes: "WasmPlugin",
  summary: "print the WasmPlugin that runs the image in Istio",
  spec: (workloads, wasm) => ({ ...workloads, ...wasm }),
});

export const trafficExtension = extensionSurface({
  name: "istio-traffic-extension",
  makes: "TrafficExtension",
  summary: "print the TrafficExtension that runs the image in Istio 1.31 and later",
  spec: (workloads, wasm) => ({ ...workloads, wasm }),
});

function extensionSurface(one: {
  readonly name: string;
  readonly makes: string;
  readonly summary: string;
  readonly spec: (workloads: object, wasm: object) => object;
}): Surface {
  const { spec, ...what } = one;
  return defineSurface({
    ...what,
    consumer: "istio",
    options,
    limits,
    plan(filter, input) {
      const settings = {
        ...readIstioSettings(input, filter.name),
        phase: readWord("phase", input.phase, phases),
      };
      return {
        warnings: [...istioWarnings(settings), ...passedBy(filter, settings)],
        heading: () => [],
        documents: (image) => [
          {
            apiVersion: "extensions.istio.io/v1alpha1",
            kind: what.makes,
            metadata: settings.metadata,
            spec: spec(workloads(settings), wasm(filter, image, settings)),
          },
        ],
      };
    },
  });
}

function passedBy({ failurePolicy }: FilterManifest, { phase }: ExtensionSettings): readonly string[] {
  if (failurePolicy !== "FAIL_OPEN" || (phase !== "AUTHN" && phase !== "AUTHZ")) return [];
  return [
    `FAIL_OPEN in phase ${phase}: whoever makes the filter crash, and everybody while its image cannot be fetched, gets past it`,
  ];
}

function workloads({ labels, targetRefs, match, phase, priority }: ExtensionSettings): object {
  return {
    ...(Object.keys(labels).length === 0 ? {} : { selector: { matchLabels: labels } }),
    ...(targetRefs.length === 0 ? {} : { targetRefs }),
    ...(match.length === 0 ? {} : { match: match.map(trafficSelector) }),
    ...(phase === undefined ? {} : { phase }),
    ...(priority === undefined ? {} : { priority }),
  };
}

function trafficSelector({ mode, ports }: TrafficMatch): object {
  return {
    ...(mode === undefined ? {} : { mode }),
    ...(ports.length === 0 ? {} : { ports: ports.map((number) => ({ number })) }),
  };
}

function wasm(filter: FilterManifest, image: PinnedImage, settings: ExtensionSettings): object {
  const { configuration, failurePolicy, environmentVariables } = filter;
  const { pullSecret, pullPolicy } = settings;
  const env = [
    ...Object.entries(environmentVariables.keyValues).map(([name, text]) => ({
      name,
      valueFrom: "INLINE",
      value: text,
    })),
    ...environmentVariables.hostEnvKeys.map((name) => ({ name, valueFrom: "HOST" })),
  ];
  return {
    ...(filter.kind === "network" ? { type: "NETWORK" } : {}),
    // Without the scheme, host:port is read as a scheme of its own (oci.md 1.1).
    url: `oci://${image.reference}`,
    ...(pullPolicy === undefined ? {} : { imagePullPolicy: pullPolicy }),
    ...(pullSecret === undefined ? {} : { imagePullSecret: pullSecret }),
    ...(filter.rootId === "" ? {} : { pluginName: filter.rootId }),
    ...(configuration === null ? {} : { pluginConfig: parseJson(configuration) }),
    // Istio says FAIL_CLOSE where Envoy says FAIL_CLOSED.
    failStrategy: failurePolicy === "FAIL_CLOSED" ? "FAIL_CLOSE" : failurePolicy,
    ...(env.length === 0 ? {} : { vmConfig: { env } }),
  };
}
