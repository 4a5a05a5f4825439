import type { EnvoyBehaviour } from "../envoy-versions.js";

/** What Envoy says in an upstream's place; measured. */
const noHeaders = "upstream connect error or disconnect/reset before headers. reset reason: ";

export const upstreamTexts = {
  disconnect: `${noHeaders}connection termination`,
  remoteReset: `${noHeaders}remote reset`,
  timeout: "upstream request timeout",
  noHealthyHost: "no healthy upstream",
} as const;

/** Older releases tell what the socket said. */
export function unreachableText(behaviour: EnvoyBehaviour): string {
  const reason = behaviour.has("no-transport-reason")
    ? ""
    : ", transport failure reason: delayed connect error: Connection refused";
  return `${noHeaders}remote connection failure${reason}`;
}

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
