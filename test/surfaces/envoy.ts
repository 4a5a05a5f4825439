/** A real Envoy as the judge of what is printed: put where it belongs, in a configuration that is complete. */
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { stringify } from "yaml";

/** Entries by the field in which they belong. */
export type Entries = Readonly<Record<string, readonly object[]>>;

const TYPE = "type.googleapis.com/envoy.extensions.";

/** Rejects with what Envoy says when it would not start with these entries. */
export async function validate(binary: string, folder: string, entries: Entries): Promise<void> {
  const config = join(folder, "envoy.yaml");
  await writeFile(config, stringify(bootstrap(entries)));
  await promisify(execFile)(
    binary,
    ["--mode", "validate", "--config-path", config, "--log-level", "warning"],
    {
      env: { ...process.env, HOME: "/root" },
    },
  ).catch((error: { readonly stdout?: string; readonly stderr?: string }) => {
    throw new Error(`${error.stdout ?? ""}${error.stderr ?? ""}`.slice(-2000));
  });
}

function bootstrap({
  http_filters = [],
  filters = [],
  access_log = [],
  bootstrap_extensions = [],
}: Entries): object {
  const last = filters.at(-1) as { readonly name?: string } | undefined;
  const closed = last?.name === "envoy.filters.network.tcp_proxy";
  return {
    node: { id: "surfaces", cluster: "surfaces" },
    bootstrap_extensions,
    // A control plane that is never asked: what is discovered over ADS is only refused without one.
    dynamic_resources: {
      ads_config: {
        api_type: "GRPC",
        transport_api_version: "V3",
        grpc_services: [{ envoy_grpc: { cluster_name: "others" } }],
      },
    },
    static_resources: {
      listeners: [
        listener("http", [
          {
            name: "http",
            typed_config: {
              "@type": `${TYPE}filters.network.http_connection_manager.v3.HttpConnectionManager`,
              stat_prefix: "http",
              access_log,
              route_config: {
                virtual_hosts: [
                  {
                    name: "all",
                    domains: ["*"],
                    routes: [{ match: { prefix: "/" }, route: { cluster: "others" } }],
                  },
                ],
              },
              http_filters: [
                ...http_filters,
                { name: "router", typed_config: { "@type": `${TYPE}filters.http.router.v3.Router` } },
              ],
            },
          },
        ]),
        listener("tcp", [...filters, ...(closed ? [] : [tcpProxy])]),
      ],
      clusters: ["others", "modules"].map((name) => ({
        name,
        load_assignment: { cluster_name: name, endpoints: [] },
      })),
    },
  };
}

const tcpProxy = {
  name: "envoy.filters.network.tcp_proxy",
  typed_config: {
    "@type": `${TYPE}filters.network.tcp_proxy.v3.TcpProxy`,
    stat_prefix: "tcp",
    cluster: "others",
  },
};

const listener = (name: string, filters: readonly object[]): object => ({
  name,
  address: { socket_address: { address: "127.0.0.1", port_value: 0 } },
  filter_chains: [{ filters }],
});
