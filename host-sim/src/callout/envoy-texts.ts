/** What Envoy says in an upstream's place; measured. */
const noHeaders = "upstream connect error or disconnect/reset before headers. reset reason: ";

export const upstreamTexts = {
  unreachable: `${noHeaders}remote connection failure`,
  disconnect: `${noHeaders}connection termination`,
  remoteReset: `${noHeaders}remote reset`,
  timeout: "upstream request timeout",
  noHealthyHost: "no healthy upstream",
} as const;

/** Envoy's response code details beside them, which gRPC statuses end with. */
export const upstreamDetails = {
  unreachable:
    "upstream_reset_before_response_started{remote_connection_failure|delayed_connect_error:_Connection_refused}",
  disconnect: "upstream_reset_before_response_started{connection_termination}",
  remoteReset: "upstream_reset_before_response_started{remote_reset}",
  lateReset: "upstream_reset_after_response_started{remote_reset}",
  timeout: "response_timeout",
  noHealthyHost: "no_healthy_upstream",
  upstream: "via_upstream",
} as const;
