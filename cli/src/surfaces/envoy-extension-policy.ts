/** Envoy Gateway's EnvoyExtensionPolicy (oci.md 2.3): its controller fetches the image and serves the module to Envoy. */
import type { FilterManifest } from "as-proxy-wasm-sim";
import { list, value } from "../command.js";
import { usageError } from "../errors.js";
import {
  alwaysIsIdle,
  metadataOptions,
  pullOptions,
  pullPolicies,
  readMetadata,
  readTargetRefs,
  readWord,
} from "./kubernetes.js";
import { parseJson } from "./needs.js";
import { defineSurface, type Given, type Limit, type PinnedImage } from "./surface.js";

const group = "gateway.networking.k8s.io";

/** The kinds of route that carry HTTP; the policy's schema names others too, where a filter of HTTP has nothing to do. */
const targetKinds = { Gateway: group, ListenerSet: group, HTTPRoute: group, GRPCRoute: group };

const noField = (then: string): string => `Envoy Gateway has no field for: ${then}`;

const limits: readonly Limit[] = [
  { need: "networkFilter", because: noField("it loads HTTP filters alone") },
  { need: "accessLogger", because: noField("it loads HTTP filters alone") },
  { need: "singleton", because: noField("it loads HTTP filters alone") },
  {
    need: "allowOnHeadersStopIteration",
    because: noField("requests with a body, such as POST, would hang"),
  },
  { need: "failReload", because: noField("it knows open and closed alone") },
  { need: "reloadConfig", because: noField("it never reloads a crashed filter") },
  { need: "capabilityRestriction", because: noField("everything would be allowed") },
  { need: "vmId", because: noField("each filter gets an id of its own, and shares data with none") },
  { need: "vmConfiguration", because: noField("the VM would start without") },
  { need: "inlineEnvironment", because: noField("it passes on variables of the proxy (hostEnvKeys) alone") },
  {
    need: "textConfiguration",
    because: "config cannot carry: it is JSON, and a text would arrive in quotes",
  },
];

const options = {
  ...metadataOptions,
  targetRef: list(
    "KIND/NAME[:SECTION]",
    "the Gateway, ListenerSet, HTTPRoute or GRPCRoute that it is for, or a listener or rule of it; repeatable, needed",
  ),
  ...pullOptions,
  caSecret: value("NAME", "the Secret whose ca.crt the registry's certificate is checked with"),
};

export const envoyExtensionPolicy = defineSurface({
  name: "envoy-gateway",
  makes: "EnvoyExtensionPolicy",
  summary: "print the EnvoyExtensionPolicy that runs the image in Envoy Gateway",
  consumer: "envoy-gateway",
  options,
  limits,
  plan(filter, input) {
    if (input.targetRef.length === 0) {
      throw usageError(
        "no --target-ref is given, and Envoy Gateway attaches a policy to something",
        "write it like --target-ref Gateway/eg or --target-ref HTTPRoute/web",
      );
    }
    const metadata = readMetadata(input, filter.name);
    const targetRefs = readTargetRefs(input.targetRef, targetKinds, true);
    const pullPolicy = readWord("pull-policy", input.pullPolicy, pullPolicies);
    return {
      warnings: [
        ...(filter.failurePolicy === "FAIL_OPEN"
          ? [
              "FAIL_OPEN: a filter that crashes, or whose configuration is refused, is passed by; let no access depend on it",
            ]
          : []),
        ...(pullPolicy === "Always" ? [alwaysIsIdle] : []),
      ],
      heading: () => [],
      documents: (image) => [
        {
          apiVersion: "gateway.envoyproxy.io/v1alpha1",
          kind: "EnvoyExtensionPolicy",
          metadata,
          spec: { targetRefs, wasm: [wasm(filter, code(image, pullPolicy, input))] },
        },
      ],
    };
  },
});

function wasm(filter: FilterManifest, code: object): object {
  const { hostEnvKeys } = filter.environmentVariables;
  return {
    name: filter.name,
    rootID: filter.rootId,
    code,
    ...(filter.configuration === null ? {} : { config: parseJson(filter.configuration) }),
    failOpen: filter.failurePolicy === "FAIL_OPEN",
    ...(hostEnvKeys.length === 0 ? {} : { env: { hostKeys: hostEnvKeys } }),
  };
}

function code(
  image: PinnedImage,
  pullPolicy: string | undefined,
  { pullSecret, caSecret }: Given<typeof options>,
): object {
  return {
    type: "Image",
    image: {
      url: image.reference,
      ...(pullSecret === undefined ? {} : { pullSecretRef: { kind: "Secret", name: pullSecret } }),
      ...(caSecret === undefined ? {} : { tls: { caCertificateRef: { kind: "Secret", name: caSecret } } }),
    },
    ...(pullPolicy === undefined ? {} : { pullPolicy }),
  };
}
