import type { Workload } from "../workloads.js";

export const LISTENER = "bench";
/** Requests with this path go to the upstream; all others are answered by the route, so that only Envoy is measured. */
export const CHECK_PATH = "/echo";

const TYPE = "type.googleapis.com/envoy.extensions.filters";

/** Envoy with one filter `copies` times in the chain, each with a VM of its own; null: without it. */
export function bootstrap(
  workload: Workload,
  modulePath: string | null,
  copies: number,
  upstreamPort: number,
): object {
  const filters: object[] = [];
  for (let copy = 0; modulePath !== null && copy < copies; ++copy) {
    filters.push(wasmFilter(workload, modulePath, copy));
  }
  if (workload.baseline === "buffer") filters.push(BUFFER);
  return {
    node: { id: "bench", cluster: "bench" },
    admin: { address: loopback(0) },
    static_resources: {
      listeners: [
        {
          name: LISTENER,
          address: loopback(0),
          filter_chains: [{ filters: [connectionManager(filters)] }],
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

/** Holds a request until its body is complete: without it the route would answer at the headers. */
const BUFFER = {
  name: "buffer",
  typed_config: { "@type": `${TYPE}.http.buffer.v3.Buffer`, max_request_bytes: 1 << 20 },
};

const loopback = (port: number) => ({ socket_address: { address: "127.0.0.1", port_value: port } });

function connectionManager(filters: readonly object[]): object {
  const router = {
    name: "router",
    typed_config: { "@type": `${TYPE}.http.router.v3.Router`, suppress_envoy_headers: true },
  };
  return {
    name: "hcm",
    typed_config: {
      "@type": `${TYPE}.network.http_connection_manager.v3.HttpConnectionManager`,
      stat_prefix: LISTENER,
      generate_request_id: false,
      route_config: {
        virtual_hosts: [
          {
            name: "all",
            domains: ["*"],
            routes: [
              { match: { path: CHECK_PATH }, route: { cluster: "upstream" } },
              {
                match: { prefix: "/" },
                direct_response: { status: 200, body: { inline_string: "ok\n" } },
              },
            ],
          },
        ],
      },
      http_filters: [...filters, router],
    },
  };
}

function wasmFilter(workload: Workload, modulePath: string, copy: number): object {
  return {
    name: `bench-${copy}`,
    typed_config: {
      "@type": `${TYPE}.http.wasm.v3.Wasm`,
      config: {
        name: `bench-${copy}`,
        root_id: "bench",
        vm_config: {
          vm_id: `bench-${copy}`,
          runtime: "envoy.wasm.runtime.v8",
          code: { local: { filename: modulePath } },
        },
        configuration: {
          "@type": "type.googleapis.com/google.protobuf.StringValue",
          value: workload.configuration,
        },
      },
    },
  };
}
