import { expect, test } from "vitest";
import { pinnedImage, planSurface } from "../testing/plan-surface.js";

test("an EnvoyExtensionPolicy carries all that Envoy Gateway has a field for", () => {
  const { documents, warnings } = planSurface(
    "envoy-gateway",
    {
      name: "my_guard",
      rootId: "hello",
      configuration: [1, "two"],
      failurePolicy: "FAIL_OPEN",
      environmentVariables: { hostEnvKeys: ["POD_NAME"] },
    },
    {
      namespace: "edge",
      targetRef: ["gateway/eg:https", "HTTPRoute/web"],
      pullSecret: "ghcr-io-pull",
      caSecret: "registry-ca",
    },
  );
  expect(documents).toEqual([
    {
      apiVersion: "gateway.envoyproxy.io/v1alpha1",
      kind: "EnvoyExtensionPolicy",
      metadata: { name: "my-guard", namespace: "edge" },
      spec: {
        targetRefs: [
          { group: "gateway.networking.k8s.io", kind: "Gateway", name: "eg", sectionName: "https" },
          { group: "gateway.networking.k8s.io", kind: "HTTPRoute", name: "web" },
        ],
        wasm: [
          {
            name: "my_guard",
            rootID: "hello",
            code: {
              type: "Image",
              image: {
                url: pinnedImage.reference,
                pullSecretRef: { kind: "Secret", name: "ghcr-io-pull" },
                tls: { caCertificateRef: { kind: "Secret", name: "registry-ca" } },
              },
            },
            config: [1, "two"],
            failOpen: true,
            env: { hostKeys: ["POD_NAME"] },
          },
        ],
      },
    },
  ]);
  expect(warnings).toEqual([expect.stringMatching(/^FAIL_OPEN: a filter that crashes/)]);
});

test.each([
  [{}, "no --target-ref is given, and Envoy Gateway attaches a policy to something"],
  [{ targetRef: ["Service/a"] }, "--target-ref Service/a is no target"],
  [{ targetRef: ["Gateway"] }, "--target-ref Gateway is no target"],
])("%j is a mistake in the command line", (given, message) => {
  expect(() => planSurface("envoy-gateway", {}, given)).toThrow(
    expect.objectContaining({ code: "ERR_USAGE", message }),
  );
});
