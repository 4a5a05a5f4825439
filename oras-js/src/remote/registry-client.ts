import { OrasError } from "../errors.js";
import type { Access } from "./access.js";
import type { Authorizer } from "./authorizer.js";
import { registryError } from "./registry-error.js";
import { type RetryOptions, withRetry } from "./retry.js";
import { requireSafeRedirect } from "./safe-address.js";
import type { HttpBody, HttpResponse, Method, Transport } from "./transport.js";

export interface RegistryRequest {
  readonly method: Method;
  /** A path below the registry's origin, or a whole URL the registry gave. */
  readonly url: string | URL;
  /** What the registry must allow. */
  readonly access: Access;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: HttpBody;
  /** For messages: what is going on, e.g. "fetching the manifest v1". */
  readonly doing: string;
  readonly signal: AbortSignal | undefined;
  /** Statuses the caller deals with; any other is an error. */
  readonly expect: readonly number[];
  /** Whether the same request may be sent again after a failure. Not for streams: the registry may hold a part. */
  readonly retry: boolean;
}

export interface RequestLimits {
  readonly retry: RetryOptions;
  readonly requestTimeoutMs: number | undefined;
}

const maxRedirects = 5;

/** Requests to one registry: authentication, retries and redirects. */
export class RegistryClient {
  readonly #origin: URL;
  readonly #transport: Transport;
  readonly #authorizer: Authorizer;
  readonly #limits: RequestLimits;

  constructor(origin: URL, transport: Transport, authorizer: Authorizer, limits: RequestLimits) {
    this.#origin = origin;
    this.#transport = transport;
    this.#authorizer = authorizer;
    this.#limits = limits;
  }

  async request(wanted: RegistryRequest): Promise<HttpResponse> {
    const request = this.#limited(wanted);
    let url = typeof request.url === "string" ? new URL(request.url, this.#origin) : request.url;
    for (let redirects = 0; ; redirects++) {
      const response = await this.#authorized(request, url);
      if (request.expect.includes(response.status)) return response;
      const location = response.header("location");
      // Only what reads is repeated elsewhere; a write that moves is answered by registryError.
      const readOnly = request.method === "GET" || request.method === "HEAD";
      if (!readOnly || !isRedirect(response.status) || location === undefined) {
        throw await registryError(response, request.doing, (text) => this.#authorizer.redact(text));
      }
      response.drop();
      if (redirects === maxRedirects) {
        throw new OrasError(
          "ORAS_UNSAFE_REDIRECT",
          `${this.#origin.host} redirects more than ${maxRedirects} times`,
          {
            hint: "The registry, or a proxy in front of it, redirects in a circle.",
          },
        );
      }
      url = this.follow(location, url);
    }
  }

  /** With a signal that the time limit gives too. */
  #limited(request: RegistryRequest): RegistryRequest {
    const { requestTimeoutMs } = this.#limits;
    if (requestTimeoutMs === undefined) return request;
    const limit = new AbortController();
    const { host } = this.#origin;
    const error = new OrasError(
      "ORAS_TIMEOUT",
      `${host} took more than ${requestTimeoutMs} ms while ${request.doing}`,
      {
        hint: "Check the network and the registry's load, then try again; raise requestTimeoutMs for large content.",
        registry: host,
      },
    );
    // A program that has nothing else to do does not wait for it.
    setTimeout(() => limit.abort(error), requestTimeoutMs).unref();
    const signals = request.signal === undefined ? [limit.signal] : [request.signal, limit.signal];
    return { ...request, signal: AbortSignal.any(signals) };
  }

  /** The URL a `Location` header means, checked. Relative ones are usual; the query belongs to it. */
  follow(location: string, from: URL): URL {
    let target: URL;
    try {
      target = new URL(location, from);
    } catch (cause) {
      throw new OrasError("ORAS_PROTOCOL", `${from.host} sends a Location that is no URL`, {
        hint: "The registry, or a proxy in front of it, is misconfigured.",
        cause,
      });
    }
    requireSafeRedirect(target, from);
    return target;
  }

  /** One request with the answer to at most one challenge. Credentials go to the registry's own origin only. */
  async #authorized(request: RegistryRequest, url: URL): Promise<HttpResponse> {
    if (url.origin !== this.#origin.origin) return this.#send(request, url, undefined);
    const first = this.#authorizer.header(request.access);
    const response = await this.#send(request, url, first);
    if (response.status !== 401) return response;
    response.drop();
    const header = await this.#authorizer.answer(response, request.access, first, request.signal);
    if (request.body !== undefined && !request.body.repeatable) throw spentError(request.doing);
    const second = await this.#send(request, url, header);
    if (second.status !== 401) return second;
    second.drop();
    throw this.#authorizer.refusal(await this.#authorizer.hasCredential());
  }

  async #send(request: RegistryRequest, url: URL, authorization: string | undefined): Promise<HttpResponse> {
    const attempt = (): Promise<HttpResponse> =>
      this.#transport.send({
        method: request.method,
        url,
        headers: {
          "user-agent": "oras-js",
          ...request.headers,
          ...(authorization === undefined ? {} : { authorization }),
        },
        ...(request.body === undefined ? {} : { body: request.body }),
        ...(request.signal === undefined ? {} : { signal: request.signal }),
      });
    return request.retry ? withRetry(this.#limits.retry, request.signal, attempt) : attempt();
  }
}

/** The error for a stream that would have to be read a second time. */
export function spentError(doing: string, cause?: unknown): OrasError {
  return new OrasError(
    "ORAS_CONTENT_SPENT",
    `The content would have to be sent again while ${doing}, and cannot be`,
    {
      hint: "Pass bytes, or a function that opens the stream, in place of a stream.",
      cause,
    },
  );
}

function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}
