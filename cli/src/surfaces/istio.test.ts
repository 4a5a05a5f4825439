import { describe, expect, test } from "vitest";
import { pinnedImage, planSurface } from "../testing/plan-surface.js";
import { attachments } from "./envoy-filter.js";

const url = `oci://${pinnedImage.reference}`;

/** Everything that an Istio resource can carry. */
const filter = {
  rootId: "hello",
  failurePolicy: "FAIL_RELOAD",
  configuration: { keys: ["a"] },
  environmentVariables: { keyValues: { REGION: "eu" }, hostEnvKeys: ["NODE_NAME"] },
};
const options = {
  namespace: "prod",
  selector: ["app=web", "tier=front"],
  match: ["server:8080,8443", "client"],
  priority: "-5",
  phase: "authz",
  pullSecret: "ghcr-io-pull",
  pullPolicy: "always",
};

const wasm = {
  url,
  imagePullPolicy: "Always",
  imagePullSecret: "ghcr-io-pull",
  pluginName: "hello",
  pluginConfig: { keys: ["a"] },
  failStrategy: "FAIL_RELOAD",
  vmConfig: {
    env: [
      { name: "REGION", valueFrom: "INLINE", value: "eu" },
      { name: "NODE_NAME", valueFrom: "HOST" },
    ],
  },
};
const workloads = {
  selector: { matchLabels: { app: "web", tier: "front" } },
  match: [{ mode: "SERVER", ports: [{ number: 8080 }, { number: 8443 }] }, { mode: "CLIENT" }],
  phase: "AUTHZ",
  priority: -5,
};

describe("WasmPlugin and TrafficExtension", () => {
  test("carry all that Istio has a field for", () => {
    expect(planSurface("istio", filter, options).documents).toEqual([
      {
        apiVersion: "extensions.istio.io/v1alpha1",
        kind: "WasmPlugin",
        metadata: { name: "guard", namespace: "prod" },
        spec: { ...workloads, ...wasm },
      },
    ]);
    expect(planSurface("istio-traffic-extension", filter, options).documents).toEqual([
      {
        apiVersion: "extensions.istio.io/v1alpha1",
        kind: "TrafficExtension",
        metadata: { name: "guard", namespace: "prod" },
        spec: { ...workloads, wasm },
      },
    ]);
  });

  test("say little of a filter that asks little", () => {
    const { documents } = planSurface("istio", {}, { targetRef: ["gateway/web", "Service/api"] });
    expect(documents).toEqual([
      {
        apiVersion: "extensions.istio.io/v1alpha1",
        kind: "WasmPlugin",
        metadata: { name: "guard" },
        spec: {
          targetRefs: [
            { group: "gateway.networking.k8s.io", kind: "Gateway", name: "web" },
            { group: "", kind: "Service", name: "api" },
          ],
          url,
          pluginName: "guard",
          failStrategy: "FAIL_CLOSE",
        },
      },
    ]);
  });

  test("a network filter is of type NETWORK", () => {
    expect(planSurface("istio", { kind: "network" }).documents).toMatchObject([
      { spec: { type: "NETWORK" } },
    ]);
  });

  test.each([
    [
      { failurePolicy: "FAIL_OPEN" },
      { phase: "AUTHN", selector: ["a=b"] },
      [/^FAIL_OPEN in phase AUTHN: whoever/],
    ],
    [{ failurePolicy: "FAIL_OPEN" }, { phase: "STATS", selector: ["a=b"] }, []],
    [{}, { phase: "AUTHN", selector: ["a=b"] }, []],
    [{}, {}, [/^no --selector and no --target-ref: every proxy of the namespace/]],
    [{}, { namespace: "istio-system" }, [/every proxy of istio-system runs the filter/]],
    [{}, { targetRef: ["Gateway/a"], pullPolicy: "Always" }, [/^--pull-policy Always fetches nothing new/]],
  ])("%j with %j warns", (manifest, given, expected) => {
    const { warnings } = planSurface("istio", manifest, given);
    expect(warnings).toEqual(expected.map((pattern) => expect.stringMatching(pattern) as string));
  });
});

describe("EnvoyFilter", () => {
  test("gives the plugin as a resource, and puts its name into the chain", () => {
    const { documents } = planSurface(
      "istio-envoyfilter",
      { ...filter, allowOnHeadersStopIteration: true, configuration: "text" },
      {
        namespace: "prod",
        selector: ["app=web"],
        match: ["SERVER:8080"],
        priority: "7",
        pullPolicy: "Always",
      },
    );
    const type = "type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm";
    expect(documents).toEqual([
      {
        apiVersion: "networking.istio.io/v1alpha3",
        kind: "EnvoyFilter",
        metadata: { name: "guard", namespace: "prod" },
        spec: {
          workloadSelector: { labels: { app: "web" } },
          priority: 7,
          configPatches: [
            {
              applyTo: "EXTENSION_CONFIG",
              patch: {
                operation: "ADD",
                value: {
                  name: "prod.guard",
                  typed_config: {
                    "@type": type,
                    config: {
                      name: "guard",
                      root_id: "hello",
                      configuration: {
                        "@type": "type.googleapis.com/google.protobuf.StringValue",
                        value: "text",
                      },
                      failure_policy: "FAIL_RELOAD",
                      allow_on_headers_stop_iteration: true,
                      vm_config: {
                        runtime: "envoy.wasm.runtime.v8",
                        code: {
                          remote: {
                            http_uri: { uri: url, timeout: "30s", cluster: "_" },
                            sha256: "1".repeat(64),
                          },
                        },
                        environment_variables: {
                          host_env_keys: ["NODE_NAME"],
                          key_values: { REGION: "eu", ISTIO_META_WASM_IMAGE_PULL_POLICY: "Always" },
                        },
                      },
                    },
                  },
                },
              },
            },
            {
              applyTo: "HTTP_FILTER",
              match: {
                context: "SIDECAR_INBOUND",
                listener: {
                  portNumber: 8080,
                  filterChain: {
                    filter: {
                      name: "envoy.filters.network.http_connection_manager",
                      subFilter: { name: "envoy.filters.http.router" },
                    },
                  },
                },
              },
              patch: {
                operation: "INSERT_BEFORE",
                value: {
                  name: "prod.guard",
                  config_discovery: {
                    config_source: { ads: {}, initial_fetch_timeout: "0s", resource_api_version: "V3" },
                    type_urls: [type, "type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC"],
                  },
                },
              },
            },
          ],
        },
      },
    ]);
  });

  test("a network filter goes before tcp_proxy, and --first before all", () => {
    const patchOf = (filterOf: object, given: object): unknown =>
      (
        planSurface("istio-envoyfilter", filterOf as never, given as never).documents[0] as {
          spec: { configPatches: unknown[] };
        }
      ).spec.configPatches[1];
    expect(patchOf({ kind: "network" }, {})).toMatchObject({
      applyTo: "NETWORK_FILTER",
      match: {
        context: "ANY",
        listener: { filterChain: { filter: { name: "envoy.filters.network.tcp_proxy" } } },
      },
      patch: { operation: "INSERT_BEFORE" },
    });
    expect(patchOf({}, { first: true })).toMatchObject({
      match: {
        listener: { filterChain: { filter: { name: "envoy.filters.network.http_connection_manager" } } },
      },
      patch: { operation: "INSERT_FIRST" },
    });
    expect(patchOf({}, { first: true })).not.toHaveProperty("match.listener.filterChain.filter.subFilter");
  });

  test("has no place for a pull secret, and says who has", () => {
    expect(() => planSurface("istio-envoyfilter", {}, { pullSecret: "a" })).toThrow(
      expect.objectContaining({
        code: "ERR_USAGE",
        message: expect.stringContaining(
          "istiod reads pull secrets for WasmPlugin and TrafficExtension alone",
        ) as string,
      }),
    );
  });

  test.each([
    [[], [["ANY", undefined]]],
    [[{ ports: [] }], [["ANY", undefined]]],
    [[{ mode: "SERVER", ports: [] }], [["SIDECAR_INBOUND", undefined]]],
    [
      [{ mode: "CLIENT", ports: [80] }],
      [
        ["SIDECAR_OUTBOUND", 80],
        ["GATEWAY", 80],
      ],
    ],
    [[{ mode: "CLIENT_AND_SERVER", ports: [80] }], [["ANY", 80]]],
    [
      // The second is within the first: two patches would insert the filter twice.
      [
        { mode: "SERVER", ports: [] },
        { mode: "SERVER", ports: [80] },
      ],
      [["SIDECAR_INBOUND", undefined]],
    ],
    [
      [{ ports: [80] }, { mode: "SERVER", ports: [80, 81] }],
      [
        ["SIDECAR_INBOUND", 80],
        ["SIDECAR_INBOUND", 81],
        ["SIDECAR_OUTBOUND", 80],
        ["GATEWAY", 80],
      ],
    ],
  ] as const)("traffic %j is at %j", (match, expected) => {
    expect(attachments(match).map(({ context, port }) => [context, port])).toEqual(expected);
  });
});

test.each([
  [{ match: ["sideways"] }, "--match sideways is no traffic"],
  [{ match: [""] }, "--match  is no traffic"],
  [{ match: ["SERVER:0"] }, "--match 0 is no number from 1 to 65535"],
  [{ match: ["SERVER:80,"] }, "--match  is no number from 1 to 65535"],
  [{ priority: "high" }, "--priority high is no number from -2147483648 to 2147483647"],
  [{ priority: "2147483648" }, "--priority 2147483648 is no number"],
  [{ selector: ["app"] }, "--selector app is not KEY=VALUE"],
  [{ selector: ["app=*"] }, "--selector app=* is no label"],
  [{ selector: ["a=b"], targetRef: ["Gateway/a"] }, "--selector and --target-ref are both given"],
  [{ targetRef: ["HTTPRoute/a"] }, "--target-ref HTTPRoute/a is no target"],
  [{ targetRef: ["Gateway/a:http"] }, "--target-ref Gateway/a:http is no target"],
  [{ targetRef: Array.from({ length: 17 }, (_, at) => `Service/s${at}`) }, "17 times --target-ref is given"],
  [{ phase: "early" }, "--phase early is none of its values"],
  [{ pullPolicy: "Never" }, "--pull-policy Never is none of its values"],
  [{ name: "Not_A_Name" }, "Not_A_Name cannot be a Kubernetes name"],
  [{ namespace: "a.b" }, "a.b cannot be a Kubernetes name"],
])("%j is a mistake in the command line", (given, message) => {
  expect(() => planSurface("istio", {}, given)).toThrow(
    expect.objectContaining({ code: "ERR_USAGE", message: expect.stringContaining(message) as string }),
  );
});
