/** Envoy's own configuration: the one place where everything can be said. Prints the entry of the list where each kind belongs. */
import type { FilterManifest } from "as-proxy-wasm-sim";
import { value } from "../command.js";
import { usageError } from "../errors.js";
import { moduleCode, moduleHeading, moduleOptions, readModuleSource } from "./module-source.js";
import { extension, places, TYPE } from "./plugin-config.js";
import { defineSurface } from "./surface.js";

export const envoy = defineSurface({
  name: "envoy",
  makes: "Envoy configuration",
  summary: "print the filter, logger or service as Envoy's own configuration has it",
  consumer: null,
  options: {
    ...moduleOptions,
    tcpProxy: value(
      "CLUSTER",
      "for a network filter that chooses the cluster by data: add a tcp_proxy that waits for them; CLUSTER is where others go",
    ),
  },
  limits: [],
  plan(filter, input) {
    const { tcpProxy } = input;
    if (tcpProxy !== undefined && filter.kind !== "network") {
      throw usageError(
        `--tcp-proxy is for network filters, and ${filter.name} is "kind": "${filter.kind}"`,
        "leave it out",
      );
    }
    const source = readModuleSource(input, filter.name);
    const { field, where } = places[filter.kind];
    const name = filter.kind === "singleton" ? "envoy.bootstrap.wasm" : filter.name;
    return {
      warnings: capabilityWarnings(filter),
      heading: (image) => [`Belongs ${where}.`, ...moduleHeading(source, image)],
      documents: (image) => [
        {
          [field]: [
            extension(filter, name, moduleCode(source, image)),
            ...(tcpProxy === undefined ? [] : [waitingTcpProxy(filter.name, tcpProxy)]),
          ],
        },
      ],
    };
  },
});

/**
 * Without these two options tcp_proxy connects at once, and what a filter learns from the data comes too late. The filter may hold
 * so many bytes before it has chosen.
 */
function waitingTcpProxy(statPrefix: string, cluster: string): object {
  return {
    name: "envoy.filters.network.tcp_proxy",
    typed_config: {
      "@type": `${TYPE}envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy`,
      stat_prefix: statPrefix,
      cluster,
      upstream_connect_mode: "ON_DOWNSTREAM_DATA",
      max_early_data_bytes: 65536,
    },
  };
}

/** abi.md E.4. */
export function capabilityWarnings({ capabilityRestrictionConfig }: FilterManifest): readonly string[] {
  if (capabilityRestrictionConfig === null) return [];
  return ["Envoy 1.40 takes capabilityRestrictionConfig, and says that it will go away"];
}
