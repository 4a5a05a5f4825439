import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { listen } from "./bearer-front.mjs";
import { eventually, start } from "./processes.mjs";

/** An upstream that answers with these headers and, as JSON, the ones it got. */
export async function startUpstream(headers) {
  const server = createServer((request, response) => {
    response.writeHead(200, { ...headers, "content-type": "application/json" });
    response.end(JSON.stringify(request.headers));
  });
  const host = await listen(server);
  return {
    port: Number(host.split(":")[1]),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/**
 * Starts Envoy with one listener that runs the plugin, in front of the upstream. Ports are Envoy's choice.
 *
 * @param {string} binary
 * @param {string} folder
 * @param {{ plugin: any, modulePath: string, upstreamPort: number }} options
 */
export async function startEnvoy(binary, folder, options) {
  const config = join(folder, "envoy.json");
  const adminAddress = join(folder, "envoy-admin");
  await writeFile(config, JSON.stringify(bootstrap(options)));
  const server = start(binary, [
    "--config-path",
    config,
    "--admin-address-path",
    adminAddress,
    "--disable-hot-restart",
    "--concurrency",
    "1",
    "--log-level",
    "warning",
  ]);
  const admin = await eventually(() => readFile(adminAddress, "utf8"), { server });
  const port = await eventually(
    async () => {
      const listeners = await (await fetch(`http://${admin}/listeners?format=json`)).json();
      const found = listeners.listener_statuses?.[0]?.local_address.socket_address.port_value;
      if (!found) throw new Error("Envoy has no listener yet");
      return found;
    },
    { server },
  );
  return { origin: `http://127.0.0.1:${port}` };
}

const loopback = (port) => ({ socket_address: { address: "127.0.0.1", port_value: port } });

function bootstrap({ plugin, modulePath, upstreamPort }) {
  return {
    admin: { address: loopback(0) },
    static_resources: {
      listeners: [
        {
          name: "filtered",
          address: loopback(0),
          filter_chains: [{ filters: [connectionManager(wasmFilter(plugin, modulePath))] }],
        },
      ],
      clusters: [
        {
          name: "upstream",
          load_assignment: {
            cluster_name: "upstream",
            endpoints: [{ lb_endpoints: [{ endpoint: { address: loopback(upstreamPort) } }] }],
          },
        },
      ],
    },
  };
}

function connectionManager(filter) {
  const types = "type.googleapis.com/envoy.extensions.filters";
  return {
    name: "envoy.filters.network.http_connection_manager",
    typed_config: {
      "@type": `${types}.network.http_connection_manager.v3.HttpConnectionManager`,
      stat_prefix: "filtered",
      route_config: {
        virtual_hosts: [
          {
            name: "all",
            domains: ["*"],
            routes: [{ match: { prefix: "/" }, route: { cluster: "upstream" } }],
          },
        ],
      },
      http_filters: [
        filter,
        { name: "envoy.filters.http.router", typed_config: { "@type": `${types}.http.router.v3.Router` } },
      ],
    },
  };
}

/** The filter istiod makes of a WasmPlugin, after its agent has put a local file in the place of the image. */
function wasmFilter({ metadata, spec }, modulePath) {
  return {
    name: metadata.name,
    typed_config: {
      "@type": "type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm",
      config: {
        name: `default.${metadata.name}`,
        ...(spec.pluginName === undefined ? {} : { root_id: spec.pluginName }),
        ...(spec.pluginConfig === undefined
          ? {}
          : {
              configuration: {
                "@type": "type.googleapis.com/google.protobuf.StringValue",
                value: JSON.stringify(spec.pluginConfig),
              },
            }),
        vm_config: { runtime: "envoy.wasm.runtime.v8", code: { local: { filename: modulePath } } },
      },
    },
  };
}
