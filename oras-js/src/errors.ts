/**
 * Every error this package throws on its own account. The code is stable; the text is for people.
 * An aborted operation is no failure of ours: it rejects with the signal's own reason.
 */
export const errorCodes = {
  /** A reference does not follow `registry[:port]/repository[:tag][@digest]`. */
  ORAS_INVALID_REFERENCE: "the reference is malformed",
  /** A digest is malformed, or its algorithm is neither sha256 nor sha512. */
  ORAS_INVALID_DIGEST: "the digest is malformed or its algorithm is not supported",
  /** A descriptor lacks a field, or a field has the wrong type. */
  ORAS_INVALID_DESCRIPTOR: "the descriptor is malformed",
  /** A manifest or index is not JSON, or not of the shape its media type promises. */
  ORAS_INVALID_MANIFEST: "the manifest is malformed",
  /** `pack` was asked for a manifest that the image specification does not allow. */
  ORAS_INVALID_PACK: "the manifest to pack is against the image specification",
  /** A folder is not an OCI image layout, or its index.json is broken. */
  ORAS_INVALID_LAYOUT: "the folder is not a valid OCI image layout",
  /** A file or folder of a layout cannot be read or written. */
  ORAS_LAYOUT_IO: "a file of the layout cannot be read or written",
  /** The tag, manifest, blob or repository does not exist. */
  ORAS_NOT_FOUND: "the content does not exist",
  /** The bytes do not have the digest they were announced with. */
  ORAS_DIGEST_MISMATCH: "the content does not have its digest",
  /** There are fewer or more bytes than announced. */
  ORAS_SIZE_MISMATCH: "the content does not have its size",
  /** Something from outside is larger than its limit. */
  ORAS_TOO_LARGE: "the content is over its size limit",
  /** A stream was needed a second time; only bytes and functions can be read twice. */
  ORAS_CONTENT_SPENT: "the content stream was already read",
  /** Nothing listens at the registry's address. */
  ORAS_CONNECTION_REFUSED: "the registry refuses connections",
  /** The registry's host name does not resolve. */
  ORAS_HOST_NOT_FOUND: "the registry's host name does not resolve",
  /** The connection broke or could not be made for another reason. */
  ORAS_NETWORK: "the connection failed",
  /** No byte moved for longer than the idle timeout. */
  ORAS_TIMEOUT: "the registry did not answer in time",
  /** The registry's certificate is not trusted. */
  ORAS_UNTRUSTED_CERTIFICATE: "the registry's certificate is not trusted",
  /** TLS was spoken to a server that speaks plain HTTP. */
  ORAS_SERVER_SPEAKS_HTTP: "the registry speaks plain HTTP",
  /** Plain HTTP was spoken to a server that wants TLS. */
  ORAS_SERVER_SPEAKS_TLS: "the registry wants TLS",
  /** The registry wants credentials, or refuses those it got. */
  ORAS_UNAUTHORIZED: "the registry wants other credentials",
  /** The credentials are known but lack the permission. */
  ORAS_FORBIDDEN: "the credentials lack the permission",
  /** The registry's challenge cannot be answered: unknown scheme, no realm, not parseable. */
  ORAS_INVALID_CHALLENGE: "the registry's authentication challenge cannot be answered",
  /** The challenge points to a token server that credentials must not be sent to. */
  ORAS_UNSAFE_REALM: "the token server named by the registry is not safe to ask",
  /** A redirect or an upload location points where no request should follow. */
  ORAS_UNSAFE_REDIRECT: "the redirect is not safe to follow",
  /** The registry keeps answering 429. */
  ORAS_TOO_MANY_REQUESTS: "the registry limits the rate of requests",
  /** The registry answers 5xx, or 4xx for a reason of its own. */
  ORAS_REGISTRY_ERROR: "the registry reports an error",
  /** The registry's answer is against the distribution specification. */
  ORAS_PROTOCOL: "the registry's answer is against the distribution specification",
  /** A proxy's address is malformed, or the proxy cannot be reached, refuses, or wants a login. */
  ORAS_PROXY: "the proxy cannot be used",
  /** Docker's config.json is unreadable, or an entry in it is. */
  ORAS_INVALID_DOCKER_CONFIG: "the credentials file is malformed",
  /** A credential helper ran and failed. */
  ORAS_CREDENTIAL_HELPER: "the credential helper failed",
} as const;

export type OrasErrorCode = keyof typeof errorCodes;

export interface OrasErrorDetails {
  /** What to do about it. */
  readonly hint: string;
  readonly cause?: unknown;
  /** The HTTP status, when a registry's answer is the reason. */
  readonly status?: number;
  /** The registry, `host[:port]`, when the failure lies between it and us. */
  readonly registry?: string;
}

/** The one error class: `code` to branch on, `message` for what and where, `hint` for what to do. */
export class OrasError extends Error {
  override readonly name = "OrasError";
  readonly code: OrasErrorCode;
  readonly hint: string;
  readonly status: number | undefined;
  readonly registry: string | undefined;

  constructor(code: OrasErrorCode, message: string, details: OrasErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.hint = details.hint;
    this.status = details.status;
    this.registry = details.registry;
  }
}

/** Whether something thrown is an error of this package, optionally with one given code. */
export function isOrasError(error: unknown, code?: OrasErrorCode): error is OrasError {
  return error instanceof OrasError && (code === undefined || error.code === code);
}
