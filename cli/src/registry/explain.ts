/** What to do about a registry's failure, in the words of this command line: oras-js speaks of options of its own. */

interface RegistryFailure {
  readonly code: string;
  readonly hint?: string;
  readonly registry?: string | undefined;
}

/** The hint for an error of oras-js; its own, where there is nothing to add. Nothing is loaded for it. */
export function explain(error: RegistryFailure): string | undefined {
  const { code, hint, registry } = error;
  if (registry === undefined) return hint;
  switch (code) {
    case "ORAS_CONNECTION_REFUSED":
      return `nothing listens there: start the registry, or check the port in ${registry}`;
    case "ORAS_SERVER_SPEAKS_HTTP":
      return "add --plain-http if you trust the network to it";
    case "ORAS_SERVER_SPEAKS_TLS":
      return "add --ca-file FILE with the authority that signed its certificate; then https is spoken on this machine too";
    case "ORAS_UNTRUSTED_CERTIFICATE":
      return "add --ca-file FILE with the authority that signed it, or set NODE_EXTRA_CA_CERTS";
    case "ORAS_UNAUTHORIZED":
      return `log in with as-proxy-wasm login ${registry}`;
    case "ORAS_FORBIDDEN":
      return `ask for the permission, or log in with as-proxy-wasm login ${registry}`;
    default:
      return hint;
  }
}
