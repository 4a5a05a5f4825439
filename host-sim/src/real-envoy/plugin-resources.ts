import { configurationBytes, type Configuration, type PluginConfig } from "../envoy/plugin-config.js";
import type { DeployedPlugin } from "./bootstrap.js";

const TYPE = "type.googleapis.com/envoy.extensions.";

const httpType = "filters.http.wasm.v3.Wasm";

export function httpFilter(plugin: DeployedPlugin): object {
  return entry(plugin, httpType);
}

/** Its configuration is in a file of its own. */
export function discoveringFilter({ config }: DeployedPlugin, path: string): object {
  return {
    name: config.name,
    config_discovery: {
      config_source: { resource_api_version: "V3", path_config_source: { path } },
      type_urls: [TYPE + httpType],
    },
  };
}

/** What that file holds. */
export function discoveredFilter(plugin: DeployedPlugin): object {
  return {
    "@type": "type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig",
    ...httpFilter(plugin),
  };
}

export function networkFilter(plugin: DeployedPlugin): object {
  return entry(plugin, "filters.network.wasm.v3.Wasm");
}

export function accessLog(plugin: DeployedPlugin): object {
  return entry(plugin, "access_loggers.wasm.v3.WasmAccessLog");
}

export function singleton(plugin: DeployedPlugin): object {
  return {
    name: "envoy.bootstrap.wasm",
    typed_config: { "@type": `${TYPE}wasm.v3.WasmService`, singleton: true, config: pluginResource(plugin) },
  };
}

function entry(plugin: DeployedPlugin, type: string): object {
  return {
    name: plugin.config.name,
    typed_config: { "@type": TYPE + type, config: pluginResource(plugin) },
  };
}

/** Envoy's `PluginConfig` message. */
export function pluginResource({ config, modulePath }: DeployedPlugin): object {
  const { vmConfig } = config;
  return {
    name: config.name,
    root_id: config.rootId,
    vm_config: {
      vm_id: vmConfig.vmId,
      runtime: "envoy.wasm.runtime.v8",
      code: { local: { filename: modulePath } },
      ...configuration(vmConfig.configuration),
      ...(vmConfig.environmentVariables === undefined
        ? {}
        : { environment_variables: { key_values: vmConfig.environmentVariables } }),
    },
    ...configuration(config.configuration),
    allow_on_headers_stop_iteration: config.allowOnHeadersStopIteration,
    ...(config.capabilityRestrictionConfig === undefined
      ? {}
      : { capability_restriction_config: capabilities(config.capabilityRestrictionConfig) }),
    ...(config.failurePolicy === undefined ? {} : { failure_policy: config.failurePolicy }),
    ...(config.failOpen === undefined ? {} : { fail_open: config.failOpen }),
    ...(config.reloadConfig === undefined ? {} : { reload_config: reloadConfig(config.reloadConfig) }),
  };
}

function capabilities({
  allowedCapabilities,
}: NonNullable<PluginConfig["capabilityRestrictionConfig"]>): object {
  return { allowed_capabilities: Object.fromEntries(allowedCapabilities.map((name) => [name, {}])) };
}

function reloadConfig({ backoff }: NonNullable<PluginConfig["reloadConfig"]>): object {
  return { backoff: { base_interval: `${backoff.baseIntervalMs / 1000}s` } };
}

/** A Struct as it is, anything else as BytesValue, which arrives unwrapped and can hold any octets (abi.md 5.2). */
function configuration(value: Configuration | null): object {
  if (value === null) return {};
  if (typeof value === "object" && "struct" in value)
    return { configuration: { "@type": "type.googleapis.com/google.protobuf.Struct", value: value.struct } };
  return {
    configuration: {
      "@type": "type.googleapis.com/google.protobuf.BytesValue",
      value: Buffer.from(configurationBytes(value)).toString("base64"),
    },
  };
}
