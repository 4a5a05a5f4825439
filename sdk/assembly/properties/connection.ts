// Attributes of the client's connection (abi.md 6.2), in every callback of a stream and in onLog. What
// belongs to TLS is absent without it. Absent is null, or `otherwise` for a number.

import * as property from "../abi/property";
import { Status } from "../abi/status";
import * as value from "./value";

/** Envoy's number of the connection, unique in the process. */
export function id(otherwise: i64 = -1): i64 {
  const status = property.get("connection\0id");
  // The token of hosts that have no `connection.id`.
  return value.integer(status == Status.NotFound ? property.get("connection_id") : status, otherwise);
}

/**
 * Whether the client showed a certificate that Envoy checked. False also when there is no connection to ask
 * about.
 */
export function mtls(otherwise: bool = false): bool {
  return value.flag(property.get("connection\0mtls"), otherwise);
}

/** The server name of the TLS handshake (SNI); "" when the client gave none. */
export function requestedServerName(): string | null {
  return value.text(property.get("connection\0requested_server_name"));
}

/** `TLSv1.2`, `TLSv1.3`, … */
export function tlsVersion(): string | null {
  return value.text(property.get("connection\0tls_version"));
}

/** The subject of Envoy's certificate. */
export function subjectLocalCertificate(): string | null {
  return value.text(property.get("connection\0subject_local_certificate"));
}

/** The subject of the client's certificate. */
export function subjectPeerCertificate(): string | null {
  return value.text(property.get("connection\0subject_peer_certificate"));
}

/** The first DNS name (SAN) in Envoy's certificate. */
export function dnsSanLocalCertificate(): string | null {
  return value.text(property.get("connection\0dns_san_local_certificate"));
}

/** The first DNS name (SAN) in the client's certificate. */
export function dnsSanPeerCertificate(): string | null {
  return value.text(property.get("connection\0dns_san_peer_certificate"));
}

/** The first URI (SAN) in Envoy's certificate. */
export function uriSanLocalCertificate(): string | null {
  return value.text(property.get("connection\0uri_san_local_certificate"));
}

/** The first URI (SAN) in the client's certificate: in a mesh, its SPIFFE identity. */
export function uriSanPeerCertificate(): string | null {
  return value.text(property.get("connection\0uri_san_peer_certificate"));
}

/** The SHA-256 of the client's certificate, in hex. */
export function sha256PeerCertificateDigest(): string | null {
  return value.text(property.get("connection\0sha256_peer_certificate_digest"));
}

/** The client's certificate, PEM, URL-encoded. Older Envoys have none. */
export function peerCertificate(): string | null {
  return value.text(property.get("connection\0peer_certificate"));
}

/** Why Envoy ended the connection, once it has. */
export function terminationDetails(): string | null {
  return value.text(property.get("connection\0termination_details"));
}

/** Why the transport (TLS) failed, once it has. */
export function transportFailureReason(): string | null {
  return value.text(property.get("connection\0transport_failure_reason"));
}
