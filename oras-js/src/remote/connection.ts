import type { Credentials } from "../credentials/credential.js";
import { Authorizer } from "./authorizer.js";
import type { ProxyEnvironment } from "./proxy.js";
import { RegistryClient } from "./registry-client.js";
import { type RetryOptions, defaultRetry, withRetry } from "./retry.js";
import { isLoopback } from "./safe-address.js";
import { Transport } from "./transport.js";

/** How a registry is reached. */
export interface ConnectionOptions {
  /** Anonymous unless given. */
  readonly credentials?: Credentials;
  /** http in place of https. True for localhost, 127.0.0.1 and [::1] unless given, false for everything else. */
  readonly plainHttp?: boolean;
  /** The authority that signed the registry's certificate, as PEM. */
  readonly ca?: string;
  /** Ends a request on which no byte moved for so long. One minute unless given. */
  readonly idleTimeoutMs?: number;
  /** Ends a request that takes longer altogether: with its logins, redirects, retries and its body. No limit unless given. */
  readonly requestTimeoutMs?: number;
  readonly retry?: Partial<RetryOptions>;
  /** Where `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` stand. `process.env` unless given; `{}`: no proxy. */
  readonly environment?: ProxyEnvironment;
}

export interface Connection {
  readonly origin: URL;
  readonly client: RegistryClient;
  readonly retry: RetryOptions;
}

/** A client of one registry. `purpose` is what messages say credentials are for. */
export function connect(registry: string, purpose: string, options: ConnectionOptions): Connection {
  const { requestTimeoutMs } = options;
  const origin = originOf(registry, options.plainHttp);
  const retry = { ...defaultRetry, ...options.retry };
  const transport = new Transport({
    idleTimeoutMs: options.idleTimeoutMs ?? 60_000,
    environment: options.environment ?? process.env,
    ...(options.ca === undefined ? {} : { ca: options.ca }),
  });
  const authorizer = new Authorizer({
    registry,
    purpose,
    origin,
    credentials: options.credentials,
    send: (request) => withRetry(retry, request.signal, () => transport.send(request)),
  });
  return {
    origin,
    client: new RegistryClient(origin, transport, authorizer, { retry, requestTimeoutMs }),
    retry,
  };
}

function originOf(registry: string, plainHttp: boolean | undefined): URL {
  // Docker Hub's name is not the address of its registry.
  const host = registry === "docker.io" ? "registry-1.docker.io" : registry;
  const secure = new URL(`https://${host}`);
  return (plainHttp ?? isLoopback(secure.hostname)) ? new URL(`http://${host}`) : secure;
}
