import type { ClientRequest, IncomingMessage } from "node:http";
import { readAll, single } from "../content.js";
import { OrasError } from "../errors.js";
import { Connections } from "./connections.js";
import { type Proxy, type ProxyEnvironment, proxyFails, proxyFor, proxyRefuses } from "./proxy.js";
import { shown } from "./safe-address.js";

export type Method = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface HttpRequest {
  readonly method: Method;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: HttpBody;
  readonly signal?: AbortSignal;
}

/** A body of known length; `open` is called once for every time it is sent. */
export interface HttpBody {
  readonly size: number;
  readonly repeatable: boolean;
  readonly open: () => Promise<AsyncIterable<Uint8Array>>;
}

export interface HttpResponse {
  readonly url: URL;
  readonly status: number;
  header(name: string): string | undefined;
  headers(name: string): readonly string[];
  /** The body as it comes. Reading it to its end, or `drop`, gives the connection back. */
  body(): AsyncIterable<Uint8Array>;
  drop(): void;
}

export interface TransportOptions {
  /** Certificates to trust, as PEM, in place of Node's own list. */
  readonly ca?: string;
  /** Ends a request on which no byte moved for so long. */
  readonly idleTimeoutMs: number;
  /** Where it says which proxies to use. */
  readonly environment: ProxyEnvironment;
}

const maxHeaderBytes = 32 * 1024;

// A body up to here is read to its end, so that the connection can be used again; a longer one is cut.
const worthDraining = 64 * 1024;

/** One HTTP exchange: no redirects, no retries, network failures as errors that say what to do. */
export class Transport {
  readonly #options: TransportOptions;
  readonly #connections: Connections;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#connections = new Connections(options);
  }

  async send(request: HttpRequest): Promise<HttpResponse> {
    request.signal?.throwIfAborted();
    const proxy = proxyFor(request.url, this.#options.environment);
    try {
      const answer = await this.#exchange(request, proxy);
      if (proxy !== undefined && answer.statusCode === 407) {
        answer.destroy();
        throw proxyRefuses(proxy, 407, request.url.host);
      }
      return new IncomingResponse(answer, request, this.#options.idleTimeoutMs);
    } catch (error) {
      throw translate(error, request, proxy);
    }
  }

  async #exchange(request: HttpRequest, proxy: Proxy | undefined): Promise<IncomingMessage> {
    const { url, method, body, signal } = request;
    const outgoing = await this.#connections.open(url, proxy, {
      method,
      maxHeaderSize: maxHeaderBytes,
      headers: {
        ...request.headers,
        ...(body === undefined
          ? method === "POST" || method === "PUT"
            ? { "content-length": "0" }
            : {}
          : { "content-length": String(body.size) }),
      },
      ...(signal === undefined ? {} : { signal }),
    });
    outgoing.setTimeout(this.#options.idleTimeoutMs, () => outgoing.destroy(new IdleTimeout()));
    const response = new Promise<IncomingMessage>((resolve, reject) => {
      outgoing.once("response", resolve);
      outgoing.once("error", reject);
    });
    // Errors after the response belong to its body, which reports them itself.
    outgoing.on("error", () => undefined);
    if (body === undefined) {
      outgoing.end();
      return response;
    }
    // Without its body the request is of no use; and then nobody waits for the answer.
    response.catch(() => undefined);
    const sent = sendBody(outgoing, body).catch((error: unknown) => {
      outgoing.destroy();
      throw error;
    });
    sent.catch(() => undefined);
    // A registry may answer before it has read everything, e.g. 401; then the answer counts, not the broken pipe.
    const answer = await Promise.race([response, sent.then(() => response)]);
    // The rest of such a body interests nobody: once the answer is read, the connection goes.
    const cut = (): void => {
      if (!outgoing.writableFinished) outgoing.destroy();
    };
    answer.once("end", cut).once("close", cut);
    return answer;
  }
}

/** Writes a body no faster than the connection takes it. When that is closed the source is, too. */
async function sendBody(outgoing: ClientRequest, body: HttpBody): Promise<void> {
  for await (const chunk of await body.open()) {
    if (outgoing.destroyed) return;
    if (!outgoing.write(chunk)) await drained(outgoing);
  }
  outgoing.end();
}

function drained(outgoing: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      outgoing.off("drain", done).off("close", done);
      resolve();
    };
    outgoing.on("drain", done).on("close", done);
  });
}

/** A body of bytes in memory. */
export function bytesBody(bytes: Uint8Array): HttpBody {
  return { size: bytes.byteLength, repeatable: true, open: async () => single(bytes) };
}

/** Reads a body into memory. */
export async function readBody(response: HttpResponse, limit: number): Promise<Uint8Array> {
  try {
    return await readAll(response.body(), limit);
  } catch (error) {
    response.drop();
    throw error;
  }
}

class IncomingResponse implements HttpResponse {
  readonly url: URL;
  readonly status: number;
  readonly #message: IncomingMessage;
  readonly #request: HttpRequest;

  constructor(message: IncomingMessage, request: HttpRequest, idleTimeoutMs: number) {
    this.url = request.url;
    this.status = message.statusCode ?? 0;
    this.#message = message;
    this.#request = request;
    message.setTimeout(idleTimeoutMs, () => message.destroy(new IdleTimeout()));
    // Whoever reads the body gets the error from the iterator; without a reader there is nobody to tell.
    message.on("error", () => undefined);
  }

  header(name: string): string | undefined {
    return this.#message.headersDistinct[name]?.[0];
  }

  headers(name: string): readonly string[] {
    return this.#message.headersDistinct[name] ?? [];
  }

  async *body(): AsyncGenerator<Uint8Array, void, void> {
    try {
      for await (const chunk of this.#message) yield chunk as Buffer;
    } catch (error) {
      throw translate(error, this.#request);
    }
  }

  drop(): void {
    const length = Number(this.header("content-length") ?? Number.NaN);
    if (this.#request.method === "HEAD" || length <= worthDraining) this.#message.resume();
    else this.#message.destroy();
  }
}

class IdleTimeout extends Error {}

/** Node's errors, in words for someone who pushes an image. */
function translate(error: unknown, request: HttpRequest, proxy?: Proxy): unknown {
  if (error instanceof OrasError) return error;
  if (request.signal?.aborted) return request.signal.reason;
  const { host } = request.url;
  if (error instanceof IdleTimeout) {
    return new OrasError(
      "ORAS_TIMEOUT",
      `${host} was silent for too long during ${request.method} ${shown(request.url)}`,
      {
        hint: "Check the network and the registry's load, then try again; raise idleTimeoutMs for a slow registry.",
      },
    );
  }
  const { code = "", message = String(error) } = error as NodeJS.ErrnoException;
  const make = (kind: ConstructorParameters<typeof OrasError>[0], text: string, hint: string): OrasError =>
    new OrasError(kind, text, { hint, cause: error, registry: host });

  if (proxy !== undefined && (code === "ECONNREFUSED" || code === "ENOTFOUND" || code === "EAI_AGAIN")) {
    return proxyFails(proxy, `cannot be reached: ${code}`, error);
  }
  if (code === "ECONNREFUSED") {
    return make(
      "ORAS_CONNECTION_REFUSED",
      `${host} refuses connections`,
      `Is a registry running at ${host}?`,
    );
  }
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return make(
      "ORAS_HOST_NOT_FOUND",
      `${request.url.hostname} does not resolve`,
      "Check the registry's name and the DNS.",
    );
  }
  if (code === "EPROTO" || code.startsWith("ERR_SSL_")) {
    return /wrong version number|packet length too long|http request/i.test(message)
      ? make(
          "ORAS_SERVER_SPEAKS_HTTP",
          `${host} answers TLS with something else, most likely plain HTTP`,
          "If you trust the network to the registry, use the plainHttp option.",
        )
      : make(
          "ORAS_NETWORK",
          `No TLS connection to ${host}: ${code}`,
          "Check the registry's TLS configuration.",
        );
  }
  if (/^(?:CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT)/.test(code)) {
    return make(
      "ORAS_UNTRUSTED_CERTIFICATE",
      `The certificate of ${host} is not trusted: ${code}`,
      "Give the authority that signed it with the ca option or NODE_EXTRA_CA_CERTS.",
    );
  }
  if (code.startsWith("HPE_")) {
    return make(
      "ORAS_PROTOCOL",
      `${host} does not answer in HTTP: ${code}`,
      "Check the registry's address and port.",
    );
  }
  return make(
    "ORAS_NETWORK",
    `The connection to ${host} failed: ${code || message}`,
    "Check the network, then try again.",
  );
}
