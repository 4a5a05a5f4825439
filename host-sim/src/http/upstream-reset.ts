import type { EnvoyBehaviour } from "../envoy-versions.js";
import type { UpstreamSide } from "./upstream-side.js";
import { ResponseFlag } from "./response-flags.js";

/** Why Envoy lost its upstream, in its words (abi.md F.1). */
export interface UpstreamReset {
  /** In texts; in details with `_` for blanks. */
  readonly reason: string;
  readonly detail?: string;
  readonly flags: number;
  readonly statusCode: number;
}

export const connectionRefused: UpstreamReset = {
  reason: "remote connection failure",
  detail: "delayed_connect_error:_Connection_refused",
  flags: ResponseFlag.UpstreamConnectionFailure,
  statusCode: 503,
};

/** Its answer breaks the protocol. */
export const protocolError: UpstreamReset = {
  reason: "protocol error",
  flags: ResponseFlag.UpstreamProtocolError,
  statusCode: 502,
};

/** Over HTTP/2; Envoy says so too where it is the one that reset the stream. */
export const remoteReset: UpstreamReset = {
  reason: "remote reset",
  flags: ResponseFlag.UpstreamRemoteReset,
  statusCode: 503,
};

/** The upstream broke off before it answered, or in the middle of its answer. */
export function upstreamBroke({
  protocol,
  headersCame,
  isTunnel,
}: Pick<UpstreamSide, "protocol" | "headersCame" | "isTunnel">): UpstreamReset {
  if (protocol === "HTTP/2") return remoteReset;
  return headersCame && !isTunnel
    ? protocolError
    : {
        reason: "connection termination",
        flags: ResponseFlag.UpstreamConnectionTermination,
        statusCode: 503,
      };
}

export function resetDetails({ reason, detail }: UpstreamReset, answered: boolean): string {
  const when = answered ? "after_response_started" : "before_response_started";
  return `upstream_reset_${when}{${reason.replaceAll(" ", "_")}${detail === undefined ? "" : `|${detail}`}}`;
}

export function resetText({ reason, detail }: UpstreamReset, behaviour: EnvoyBehaviour): string {
  const text = `upstream connect error or disconnect/reset before headers. reset reason: ${reason}`;
  if (detail === undefined || behaviour.has("no-transport-reason")) return text;
  return `${text}, transport failure reason: ${detail.replaceAll("_", " ")}`;
}
