/** Envoy's own message for a plugin (envoy.extensions.wasm.v3.PluginConfig), as YAML has it. */
import type { FilterManifest } from "as-proxy-wasm-sim";

export const TYPE = "type.googleapis.com/";

/** Where Envoy has what a filter is: the field that lists its kind, and the type of its configuration. */
export const places = {
  http: {
    field: "http_filters",
    type: "envoy.extensions.filters.http.wasm.v3.Wasm",
    where: "in the HTTP connection manager, before the router",
  },
  network: {
    field: "filters",
    type: "envoy.extensions.filters.network.wasm.v3.Wasm",
    where: "in a listener's filter chain, before tcp_proxy",
  },
  "access-logger": {
    field: "access_log",
    type: "envoy.extensions.access_loggers.wasm.v3.WasmAccessLog",
    where: "in the HTTP connection manager, in tcp_proxy, or in a listener",
  },
  singleton: {
    field: "bootstrap_extensions",
    type: "envoy.extensions.wasm.v3.WasmService",
    where: "in the bootstrap configuration, beside static_resources",
  },
} as const satisfies Readonly<
  Record<FilterManifest["kind"], { readonly field: string; readonly type: string; readonly where: string }>
>;

/** A filter as the entry of a list of extensions; `code` says where Envoy, or who stands before it, gets the module. */
export function extension(filter: FilterManifest, name: string, code: object, environment = {}): object {
  return {
    name,
    typed_config: {
      "@type": TYPE + places[filter.kind].type,
      ...(filter.kind === "singleton" ? { singleton: true } : {}),
      config: pluginConfig(filter, code, environment),
    },
  };
}

function pluginConfig(
  filter: FilterManifest,
  code: object,
  environment: Readonly<Record<string, string>>,
): object {
  const { reloadConfig, capabilityRestrictionConfig, environmentVariables } = filter;
  const keyValues = { ...environmentVariables.keyValues, ...environment };
  const { hostEnvKeys } = environmentVariables;
  return {
    name: filter.name,
    root_id: filter.rootId,
    ...stringValue(filter.configuration),
    failure_policy: filter.failurePolicy,
    ...(reloadConfig === null
      ? {}
      : {
          reload_config: {
            backoff: { base_interval: `${reloadConfig.backoff.baseIntervalMs / 1000}s` },
          },
        }),
    ...(capabilityRestrictionConfig === null
      ? {}
      : {
          capability_restriction_config: {
            allowed_capabilities: Object.fromEntries(
              capabilityRestrictionConfig.allowedCapabilities.map((name) => [name, {}]),
            ),
          },
        }),
    ...(filter.allowOnHeadersStopIteration ? { allow_on_headers_stop_iteration: true } : {}),
    vm_config: {
      ...(filter.vmId === "" ? {} : { vm_id: filter.vmId }),
      runtime: "envoy.wasm.runtime.v8",
      code,
      ...stringValue(filter.vmConfiguration),
      ...(Object.keys(keyValues).length === 0 && hostEnvKeys.length === 0
        ? {}
        : {
            environment_variables: {
              ...(hostEnvKeys.length === 0 ? {} : { host_env_keys: hostEnvKeys }),
              ...(Object.keys(keyValues).length === 0 ? {} : { key_values: keyValues }),
            },
          }),
    },
  };
}

/** Text arrives in the filter as it is; a Struct would arrive as protobuf (abi.md 5.2). */
function stringValue(configuration: string | null): object {
  return configuration === null
    ? {}
    : { configuration: { "@type": `${TYPE}google.protobuf.StringValue`, value: configuration } };
}
