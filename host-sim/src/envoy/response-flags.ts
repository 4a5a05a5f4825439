import type { ByteString } from "../byte-string.js";

/** Envoy's response flags of what it calls a response that it made or broke itself (abi.md F.1, F.10, E.2). */
const byDetails: readonly (readonly [details: RegExp, flags: number])[] = [
  [/^no_healthy_upstream$/, 0x2],
  [/^(response_timeout|upstream_per_try_timeout)$/, 0x4],
  [/^upstream_reset_before_response_started\{remote_connection_failure/, 0x20],
  [/^upstream_reset_before_response_started\{connection_termination/, 0x40],
  [/^route_not_found$/, 0x100],
  [/^downstream_remote_disconnect$/, 0x4000],
  [/^stream_idle_timeout$/, 0x10000],
  [/^http1\./, 0x40000],
  [/^upstream_reset_(before|after)_response_started\{protocol_error/, 0x800000],
  [/^http2\.remote_reset$/, 0x10000000],
];

/** 0 for what came from the upstream, and for what a filter said. */
export function responseFlags(details: ByteString | null): number {
  return details === null ? 0 : (byDetails.find(([pattern]) => pattern.test(details))?.[1] ?? 0);
}
