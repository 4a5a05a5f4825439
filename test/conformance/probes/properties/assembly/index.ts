// Every path of the table of properties in every callback (abi.md 6), but those that no two runs have in common: times,
// addresses, connection ids and what tells about the binary.
import { enter, log, propertyHex, sendLocalResponse, headerOrNull } from "../../assembly/host";

export function proxy_abi_version_0_2_1(): void {}

export function malloc(size: i32): usize {
  return heap.alloc(size);
}

const TLS =
  "tls_version subject_local_certificate subject_peer_certificate dns_san_local_certificate dns_san_peer_certificate uri_san_local_certificate uri_san_peer_certificate sha256_peer_certificate_digest";

// Each by itself: joined, they would be on the heap, which is cleared before every callback.
const REQUEST =
  "request request.path request.path.more request.url_path request.host request.scheme request.method request.query request.referer request.useragent request.id request.protocol request.size request.total_size request.headers_bytes request.headers.x-two request.headers.X-Two request.headers.absent request.headers.x-two.more request.nothing";
const RESPONSE =
  "response response.code response.code.more response.code_details response.flags response.grpc_status response.headers.x-two response.headers_bytes response.trailers response.trailers.x-sum response.size response.total_size response.nothing";
const CONNECTION =
  "connection connection.mtls connection.requested_server_name connection.termination_details connection.transport_failure_reason connection.nothing";
const ADDRESSES = "source source.nothing destination destination.nothing";
const UPSTREAM =
  "upstream upstream.transport_failure_reason upstream.request_attempt_count upstream.locality upstream.locality.region upstream.num_endpoints upstream.nothing";
const METADATA =
  "metadata metadata.filter_metadata metadata.filter_metadata.ns metadata.typed_filter_metadata metadata.nothing";
const STATE = "filter_state filter_state.nothing upstream_filter_state upstream_filter_state.nothing";
const NODE =
  "xds xds.node.id xds.node.cluster xds.node.id.more xds.node.metadata xds.node.metadata.absent xds.node.locality xds.node.locality.region xds.node.user_agent_name xds.node.user_agent_version xds.node.nothing";
const CONFIGURATION =
  "xds.cluster_name xds.cluster_metadata xds.cluster_metadata.filter_metadata xds.cluster_metadata.filter_metadata.ns xds.cluster_metadata.nothing xds.route_name xds.route_metadata xds.route_metadata.filter_metadata xds.virtual_host_name xds.virtual_host_metadata xds.upstream_host_metadata xds.upstream_host_metadata.filter_metadata xds.upstream_host_locality_metadata xds.listener_direction xds.listener_metadata xds.listener_metadata.filter_metadata xds.filter_chain_name xds.nothing";
const PLUGIN = "plugin_name plugin_root_id plugin_vm_id plugin_name.more connection_id.more";
const LEGACY =
  "node node.id cluster_name cluster_metadata route_name route_metadata listener_direction listener_metadata upstream_host_metadata nothing";

function list(paths: string): string {
  const each = paths.split(" ");
  let lines = "";
  for (let i = 0; i < each.length; i++) lines += "\n" + each[i] + " " + propertyHex(each[i]);
  return lines;
}

function all(callback: string): void {
  log(callback + list(REQUEST) + list(RESPONSE));
  log(callback + list(CONNECTION) + list(ADDRESSES) + list(UPSTREAM) + list(METADATA) + list(STATE));
  log(callback + list(NODE) + list(CONFIGURATION) + list(PLUGIN) + list(LEGACY));
  const tls = TLS.split(" ");
  let lines = callback;
  for (let i = 0; i < tls.length; i++) lines += list("connection." + tls[i] + " upstream." + tls[i]);
  log(lines);
}

export function proxy_on_configure(context: i32, size: i32): i32 {
  enter();
  all("configure");
  return 1;
}

export function proxy_on_request_headers(context: i32, count: i32, end: i32): i32 {
  enter();
  all("request headers");
  if (headerOrNull(0, "x-reply") !== null) sendLocalResponse(403, "because", "no", []);
  return 0;
}

export function proxy_on_request_body(context: i32, size: i32, end: i32): i32 {
  enter();
  all("request body");
  return 0;
}

export function proxy_on_response_headers(context: i32, count: i32, end: i32): i32 {
  enter();
  all("response headers");
  return 0;
}

export function proxy_on_response_body(context: i32, size: i32, end: i32): i32 {
  enter();
  all("response body");
  return 0;
}

export function proxy_on_response_trailers(context: i32, count: i32): i32 {
  enter();
  all("response trailers");
  return 0;
}

export function proxy_on_log(context: i32): void {
  enter();
  all("log");
}

export function proxy_on_done(context: i32): i32 {
  enter();
  all("done");
  return 1;
}
