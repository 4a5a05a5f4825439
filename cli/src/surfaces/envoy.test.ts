import { describe, expect, test } from "vitest";
import { planSurface } from "../testing/plan-surface.js";

const TYPE = "type.googleapis.com/envoy.extensions.";

/** All of Envoy's PluginConfig. */
const everything = {
  rootId: "hello",
  configuration: { a: 1 },
  failurePolicy: "FAIL_RELOAD",
  reloadConfig: { backoff: { baseIntervalMs: 250 } },
  capabilityRestrictionConfig: { allowedCapabilities: ["proxy_log", "fd_write"] },
  allowOnHeadersStopIteration: true,
  vmId: "shared",
  vmConfiguration: "vm",
  environmentVariables: { keyValues: { REGION: "eu" }, hostEnvKeys: ["HOME"] },
};

describe("Envoy's own configuration", () => {
  test("says everything", () => {
    const { documents, warnings, heading } = planSurface("envoy", everything);
    expect(documents).toEqual([
      {
        http_filters: [
          {
            name: "guard",
            typed_config: {
              "@type": `${TYPE}filters.http.wasm.v3.Wasm`,
              config: {
                name: "guard",
                root_id: "hello",
                configuration: {
                  "@type": "type.googleapis.com/google.protobuf.StringValue",
                  value: '{"a":1}',
                },
                failure_policy: "FAIL_RELOAD",
                reload_config: { backoff: { base_interval: "0.25s" } },
                capability_restriction_config: { allowed_capabilities: { proxy_log: {}, fd_write: {} } },
                allow_on_headers_stop_iteration: true,
                vm_config: {
                  vm_id: "shared",
                  runtime: "envoy.wasm.runtime.v8",
                  code: { local: { filename: "/etc/envoy/guard.wasm" } },
                  configuration: {
                    "@type": "type.googleapis.com/google.protobuf.StringValue",
                    value: "vm",
                  },
                  environment_variables: { host_env_keys: ["HOME"], key_values: { REGION: "eu" } },
                },
              },
            },
          },
        ],
      },
    ]);
    expect(warnings).toEqual([expect.stringContaining("says that it will go away")]);
    expect(heading).toEqual([
      "Belongs in the HTTP connection manager, before the router.",
      expect.stringMatching(
        /^The module of ghcr\.io\/me\/guard:v1@sha256:1{64} has to be at \/etc\/envoy\/guard\.wasm: as-proxy-wasm pull/,
      ),
      `Envoy checks nothing about a file: it is sha256:${"2".repeat(64)}.`,
    ]);
  });

  test("pins what is fetched by the module's own digest", () => {
    const { documents, heading } = planSurface(
      "envoy",
      {},
      { moduleUrl: "https://modules.example/guard.wasm", moduleCluster: "modules" },
    );
    expect(documents).toMatchObject([
      {
        http_filters: [
          {
            typed_config: {
              config: {
                vm_config: {
                  code: {
                    remote: {
                      http_uri: {
                        uri: "https://modules.example/guard.wasm",
                        cluster: "modules",
                        timeout: "30s",
                      },
                      sha256: "2".repeat(64),
                    },
                  },
                },
              },
            },
          },
        ],
      },
    ]);
    expect(heading[1]).toContain(
      `has to be at that URL, bare; Envoy checks that it is sha256:${"2".repeat(64)}`,
    );
  });

  test.each([
    ["network", "filters", "filters.network.wasm.v3.Wasm", "guard"],
    ["access-logger", "access_log", "access_loggers.wasm.v3.WasmAccessLog", "guard"],
    ["singleton", "bootstrap_extensions", "wasm.v3.WasmService", "envoy.bootstrap.wasm"],
  ])("a filter of kind %s stands in %s", (kind, field, type, name) => {
    expect(planSurface("envoy", { kind }).documents).toMatchObject([
      { [field]: [{ name, typed_config: { "@type": TYPE + type, config: { name: "guard" } } }] },
    ]);
  });

  test("a singleton is one", () => {
    expect(planSurface("envoy", { kind: "singleton" }).documents).toMatchObject([
      { bootstrap_extensions: [{ typed_config: { singleton: true } }] },
    ]);
  });

  test("--tcp-proxy puts a tcp_proxy behind the filter that waits for data", () => {
    const { documents } = planSurface("envoy", { kind: "network" }, { tcpProxy: "others" });
    expect(documents).toMatchObject([
      {
        filters: [
          { name: "guard" },
          {
            name: "envoy.filters.network.tcp_proxy",
            typed_config: {
              cluster: "others",
              upstream_connect_mode: "ON_DOWNSTREAM_DATA",
              max_early_data_bytes: 65536,
            },
          },
        ],
      },
    ]);
  });

  test.each([
    [{ tcpProxy: "c" }, '--tcp-proxy is for network filters, and guard is "kind": "http"'],
    [{ moduleUrl: "https://a/b" }, "--module-url is given alone"],
    [{ moduleCluster: "c" }, "--module-cluster is given alone"],
    [
      { modulePath: "/a", moduleUrl: "https://a/b", moduleCluster: "c" },
      "--module-path and --module-url are both given",
    ],
    [
      { moduleUrl: "oci://ghcr.io/a/b", moduleCluster: "c" },
      "--module-url oci://ghcr.io/a/b is no http(s) URL",
    ],
  ])("%j is a mistake in the command line", (given, message) => {
    expect(() => planSurface("envoy", {}, given)).toThrow(
      expect.objectContaining({ code: "ERR_USAGE", message }),
    );
  });
});

describe("ECDS", () => {
  const discovery = (source: object, type: string): object => ({
    name: "guard",
    config_discovery: {
      config_source: { resource_api_version: "V3", ...source },
      type_urls: [TYPE + type],
    },
  });

  test("is a resource for a control plane, and the filter that asks for it", () => {
    const { documents, heading } = planSurface("envoy-ecds", everything);
    expect(documents).toMatchObject([
      {
        "@type": "type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig",
        name: "guard",
        typed_config: { "@type": `${TYPE}filters.http.wasm.v3.Wasm`, config: { root_id: "hello" } },
      },
      { http_filters: [discovery({ ads: {} }, "filters.http.wasm.v3.Wasm")] },
    ]);
    expect(heading[0]).toBe(
      "The first document is the resource; the second belongs in the HTTP connection manager, before the router.",
    );
  });

  test("or a whole response in a file", () => {
    const { documents } = planSurface(
      "envoy-ecds",
      { kind: "network" },
      { resourceFile: "/etc/envoy/guard.yaml" },
    );
    expect(documents).toMatchObject([
      { version_info: `sha256:${"1".repeat(64)}`, resources: [{ name: "guard" }] },
      {
        filters: [
          discovery(
            { path_config_source: { path: "/etc/envoy/guard.yaml" } },
            "filters.network.wasm.v3.Wasm",
          ),
        ],
      },
    ]);
  });
});
