// An Envoy with a tap filter before the router, on free ports of 127.0.0.1, stopped by its own process id.
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installEnvoy } from "../conformance/envoy/install.mjs";

const START_TIMEOUT_MS = 20_000;

/** `tap`: `{ streaming, format, maxBytes }`, the output configuration's own words but for the size. */
export async function startEnvoy({ upstreamPort, tap }) {
  const binary = await installEnvoy();
  const folder = await mkdtemp(join(tmpdir(), "capture-envoy-"));
  const tapFolder = join(folder, "taps");
  await mkdir(tapFolder);
  const config = join(folder, "envoy.json");
  await writeFile(
    config,
    JSON.stringify(bootstrap({ upstreamPort, tap, tapPrefix: join(tapFolder, "tap") })),
  );

  const child = spawn(
    binary,
    [
      "-c",
      config,
      "--disable-hot-restart",
      "--concurrency",
      "1",
      "--log-level",
      "warn",
      "--admin-address-path",
      join(folder, "admin"),
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  let log = "";
  child.stderr.on("data", (text) => (log += text));
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const stop = async () => {
    child.kill("SIGTERM");
    await exited;
    await rm(folder, { recursive: true });
  };
  try {
    return { port: await listenerPort(join(folder, "admin"), child), tapFolder, stop };
  } catch (error) {
    await stop();
    throw new Error(`Envoy did not start: ${log}`, { cause: error });
  }
}

async function listenerPort(adminFile, child) {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline && child.exitCode === null) {
    try {
      const admin = (await readFile(adminFile, "utf8")).trim();
      const answer = await fetch(`http://${admin}/listeners?format=json`);
      const port = (await answer.json()).listener_statuses?.[0]?.local_address.socket_address.port_value;
      if (port > 0) return port;
    } catch {
      // Not up yet: the file appears first, the admin port answers a little later.
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("no listener within the time limit");
}

const type = (name) => `type.googleapis.com/envoy.${name}`;
const address = (port) => ({ socket_address: { address: "127.0.0.1", port_value: port } });

/** Everything that Envoy would add by itself is off, so that the tap shows what client and site sent. */
function bootstrap({ upstreamPort, tap, tapPrefix }) {
  const maxBytes = tap.maxBytes ?? 1024 * 1024;
  const tapFilter = {
    "@type": type("extensions.filters.http.tap.v3.Tap"),
    common_config: {
      static_config: {
        match: { any_match: true },
        output_config: {
          streaming: tap.streaming,
          max_buffered_rx_bytes: maxBytes,
          max_buffered_tx_bytes: maxBytes,
          sinks: [{ format: tap.format, file_per_tap: { path_prefix: tapPrefix } }],
        },
      },
    },
  };
  const connectionManager = {
    "@type": type("extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"),
    stat_prefix: "capture",
    generate_request_id: false,
    server_header_transformation: "PASS_THROUGH",
    http_protocol_options: { enable_trailers: true },
    route_config: {
      virtual_hosts: [
        {
          name: "site",
          domains: ["*"],
          routes: [{ match: { prefix: "/" }, route: { cluster: "site", timeout: "0s" } }],
        },
      ],
    },
    http_filters: [
      { name: "tap", typed_config: tapFilter },
      {
        name: "router",
        typed_config: {
          "@type": type("extensions.filters.http.router.v3.Router"),
          suppress_envoy_headers: true,
        },
      },
    ],
  };
  const upstreamProtocol = {
    "@type": type("extensions.upstreams.http.v3.HttpProtocolOptions"),
    explicit_http_config: { http_protocol_options: { enable_trailers: true } },
  };
  return {
    node: { id: "capture", cluster: "capture" },
    admin: { address: address(0) },
    static_resources: {
      listeners: [
        {
          name: "listener",
          address: address(0),
          filter_chains: [{ filters: [{ name: "http", typed_config: connectionManager }] }],
        },
      ],
      clusters: [
        {
          name: "site",
          typed_extension_protocol_options: {
            "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": upstreamProtocol,
          },
          load_assignment: {
            cluster_name: "site",
            endpoints: [{ lb_endpoints: [{ endpoint: { address: address(upstreamPort) } }] }],
          },
        },
      ],
    },
  };
}
