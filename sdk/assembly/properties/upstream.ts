// Attributes of the connection to the upstream (abi.md 6.2): they exist once there is one, from
// onResponseHeaders on, and not after a local reply. What belongs to TLS is absent without it. Absent is
// null, or `otherwise` for a number.

import * as property from "../abi/property";
import * as value from "./value";

/** Address and port of the host that was chosen. */
export function address(): string | null {
  return value.text(property.get("upstream\0address"));
}

/** Port of the host that was chosen. */
export function port(otherwise: i64 = -1): i64 {
  return value.integer(property.get("upstream\0port"), otherwise);
}

/** Envoy's own address and port on that connection. */
export function localAddress(): string | null {
  return value.text(property.get("upstream\0local_address"));
}

/** Why the transport (TLS) to the upstream failed; "" when it did not. */
export function transportFailureReason(): string | null {
  return value.text(property.get("upstream\0transport_failure_reason"));
}

/** How often Envoy tried, the first time included; 0 before. */
export function requestAttemptCount(otherwise: i64 = -1): i64 {
  return value.integer(property.get("upstream\0request_attempt_count"), otherwise);
}

/** How long the stream waited for a connection, in nanoseconds. */
export function connectionPoolReadyDuration(otherwise: i64 = -1): i64 {
  return value.integer(property.get("upstream\0cx_pool_ready_duration"), otherwise);
}

/**
 * The region and zone of the host: a serialised `envoy.config.core.v3.Locality`, of 0 bytes when it has none.
 */
export function locality(): Uint8Array | null {
  return value.bytes(property.get("upstream\0locality"));
}

/** How many hosts the cluster has; exists before there is a connection too. */
export function endpointCount(otherwise: i64 = -1): i64 {
  return value.integer(property.get("upstream\0num_endpoints"), otherwise);
}

/** `TLSv1.2`, `TLSv1.3`, … */
export function tlsVersion(): string | null {
  return value.text(property.get("upstream\0tls_version"));
}

/** The subject of Envoy's certificate. */
export function subjectLocalCertificate(): string | null {
  return value.text(property.get("upstream\0subject_local_certificate"));
}

/** The subject of the upstream's certificate. */
export function subjectPeerCertificate(): string | null {
  return value.text(property.get("upstream\0subject_peer_certificate"));
}

/** The first DNS name (SAN) in Envoy's certificate. */
export function dnsSanLocalCertificate(): string | null {
  return value.text(property.get("upstream\0dns_san_local_certificate"));
}

/** The first DNS name (SAN) in the upstream's certificate. */
export function dnsSanPeerCertificate(): string | null {
  return value.text(property.get("upstream\0dns_san_peer_certificate"));
}

/** The first URI (SAN) in Envoy's certificate. */
export function uriSanLocalCertificate(): string | null {
  return value.text(property.get("upstream\0uri_san_local_certificate"));
}

/** The first URI (SAN) in the upstream's certificate. */
export function uriSanPeerCertificate(): string | null {
  return value.text(property.get("upstream\0uri_san_peer_certificate"));
}

/** The SHA-256 of the upstream's certificate, in hex. */
export function sha256PeerCertificateDigest(): string | null {
  return value.text(property.get("upstream\0sha256_peer_certificate_digest"));
}
