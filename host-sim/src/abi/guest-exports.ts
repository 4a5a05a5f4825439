import { type EnvoyBehaviour, newestBehaviour } from "../envoy-versions.js";
import type { Signature } from "../module/wasm-module.js";
import { letters, type AbiVersion } from "./host-function.js";

/** The exports that Envoy looks up, with the signature it wants (abi.md, appendix B). */
export interface GuestExport {
  readonly name: string;
  readonly signature: Signature;
}

// In the order in which Envoy looks them up, which is the order of its complaints.
const table: readonly [names: string, params: string, results: string][] = [
  ["_initialize _start", "", ""],
  ["main", "ii", "i"],
  ["__main_void", "", "i"],
  ["malloc proxy_on_memory_allocate", "i", "i"],
  ["proxy_validate_configuration proxy_on_vm_start proxy_on_configure", "ii", "i"],
  ["proxy_on_tick", "i", ""],
  ["proxy_on_context_create", "ii", ""],
  ["proxy_on_new_connection", "i", "i"],
  ["proxy_on_downstream_data proxy_on_upstream_data", "iii", "i"],
  ["proxy_on_downstream_connection_close proxy_on_upstream_connection_close", "ii", ""],
  ["proxy_on_request_body", "iii", "i"],
  ["proxy_on_request_trailers proxy_on_request_metadata", "ii", "i"],
  ["proxy_on_response_body", "iii", "i"],
  ["proxy_on_response_trailers proxy_on_response_metadata", "ii", "i"],
  ["proxy_on_http_call_response", "iiiii", ""],
  ["proxy_on_grpc_receive proxy_on_grpc_close", "iii", ""],
  ["proxy_on_grpc_receive_initial_metadata proxy_on_grpc_receive_trailing_metadata", "iii", ""],
  ["proxy_on_queue_ready", "ii", ""],
  ["proxy_on_done", "i", "i"],
  ["proxy_on_log proxy_on_delete", "i", ""],
  ["proxy_on_request_headers proxy_on_response_headers", "iii", "i"],
  ["proxy_on_foreign_function envoy_on_resolve_dns", "iii", ""],
  ["envoy_on_stats_update", "ii", ""],
];

const current: readonly GuestExport[] = table.flatMap(([names, params, results]) =>
  names
    .split(" ")
    .map((name) => ({ name, signature: { params: letters(params), results: letters(results) } })),
);

/** What Envoy looks up in a module of this version. */
export function guestExports(
  version: AbiVersion,
  behaviour: EnvoyBehaviour = newestBehaviour,
): readonly GuestExport[] {
  const known = behaviour.has("main-void") ? current : current.filter(({ name }) => name !== "__main_void");
  if (version !== "0.1.0") return known;
  return known
    .filter(({ name }) => name !== "proxy_on_foreign_function")
    .map((row) =>
      row.name === "proxy_on_request_headers" || row.name === "proxy_on_response_headers"
        ? { name: row.name, signature: { params: letters("ii"), results: letters("i") } }
        : row,
    );
}
