/** Which of a mesh's proxies, and which of their traffic, a filter is for: the same words for all of Istio's resources. */
import { list, value } from "../command.js";
import { usageError } from "../errors.js";
import {
  alwaysIsIdle,
  type Labels,
  type Metadata,
  metadataOptions,
  pullOptions,
  pullPolicies,
  readInteger,
  readLabels,
  readMetadata,
  readTargetRefs,
  readWord,
  selectorOption,
  type TargetRef,
} from "./kubernetes.js";
import type { Given } from "./surface.js";

export const modes = ["CLIENT", "SERVER", "CLIENT_AND_SERVER"] as const;

/** Traffic by direction and port of the destination; entries of a list are alternatives. */
export interface TrafficMatch {
  readonly mode?: (typeof modes)[number];
  readonly ports: readonly number[];
}

export const istioOptions = {
  ...metadataOptions,
  selector: selectorOption,
  targetRef: list(
    "KIND/NAME",
    "the Gateway, GatewayClass, Service or ServiceEntry that it is for; repeatable",
  ),
  match: list("MODE[:PORTS]", "CLIENT, SERVER or CLIENT_AND_SERVER traffic, to PORT,PORT; repeatable"),
  priority: value("N", "order among its kind, the highest first (default: 0)"),
  ...pullOptions,
};

export interface IstioSettings {
  readonly metadata: Metadata;
  readonly labels: Labels;
  readonly targetRefs: readonly TargetRef[];
  readonly match: readonly TrafficMatch[];
  readonly priority: number | undefined;
  readonly pullSecret: string | undefined;
  readonly pullPolicy: (typeof pullPolicies)[number] | undefined;
}

export function readIstioSettings(input: Given<typeof istioOptions>, filterName: string): IstioSettings {
  const { selector, targetRef, match, priority, pullSecret, pullPolicy } = input;
  const settings = {
    metadata: readMetadata(input, filterName),
    labels: readLabels(selector),
    targetRefs: readTargetRefs(targetRef, targetKinds, false),
    match: match.map(readMatch),
    priority: priority === undefined ? undefined : readInteger("priority", priority, -(2 ** 31), 2 ** 31 - 1),
    pullSecret,
    pullPolicy: readWord("pull-policy", pullPolicy, pullPolicies),
  };
  if (settings.targetRefs.length > 0 && selector.length > 0) {
    throw usageError("--selector and --target-ref are both given", "Istio takes one of the two");
  }
  if (settings.targetRefs.length > 16) {
    throw usageError(`${settings.targetRefs.length} times --target-ref is given`, "Istio takes at most 16");
  }
  return settings;
}

/** Istio's validation of policies (pkg/config/validation/validation.go) takes these alone. */
const targetKinds = {
  Gateway: "gateway.networking.k8s.io",
  GatewayClass: "gateway.networking.k8s.io",
  Service: "",
  ServiceEntry: "networking.istio.io",
};

function readMatch(text: string): TrafficMatch {
  const [, mode = "", ports] = /^([A-Za-z_]*)(?::?([\d,]+))?$/.exec(text) ?? [];
  const known = modes.find((one) => one === mode.toUpperCase());
  if ((known === undefined && (mode !== "" || ports === undefined)) || text === "") {
    throw usageError(
      `--match ${text} is no traffic`,
      `write MODE, MODE:PORT,PORT or PORT,PORT, where MODE is one of ${modes.join(", ")}`,
    );
  }
  return {
    ...(known === undefined ? {} : { mode: known }),
    ports: (ports?.split(",") ?? []).map((port) => readInteger("match", port, 1, 65535)),
  };
}

/** What Istio's resources deserve a word about, whatever their kind. */
export function istioWarnings({
  labels,
  targetRefs,
  pullPolicy,
  metadata,
}: IstioSettings): readonly string[] {
  return [
    ...(Object.keys(labels).length === 0 && targetRefs.length === 0
      ? [
          `no --selector and no --target-ref: every proxy of ${metadata.namespace === undefined ? "the namespace" : metadata.namespace} runs the filter, and every proxy of the mesh if that is Istio's root namespace`,
        ]
      : []),
    ...(pullPolicy === "Always" ? [alwaysIsIdle] : []),
  ];
}
