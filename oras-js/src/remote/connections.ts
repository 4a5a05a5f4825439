import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from "node:http";
import type * as Https from "node:https";
import type { Duplex } from "node:stream";
import { BulkAgent } from "./bulk-agent.js";
import { request as httpRequest } from "./node-http.js";
import { type Proxy, proxyFails, proxyRefuses } from "./proxy.js";
import { bare } from "./safe-address.js";

export interface ConnectionsOptions {
  /** Certificates to trust, as PEM, in place of Node's own list. */
  readonly ca?: string;
  /** How long a proxy may take to open a tunnel. */
  readonly idleTimeoutMs: number;
}

/** Opens requests: with TLS or without, directly or through a proxy. Connections are kept for the next. */
export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #plain = new BulkAgent();
  /** By the proxy's origin; none is the direct one. */
  readonly #secure = new Map<string | undefined, Agent>();

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  async open(url: URL, proxy: Proxy | undefined, options: RequestOptions): Promise<ClientRequest> {
    if (url.protocol === "https:") {
      const https = await loadHttps();
      const agent = this.#secureAgent(https, proxy);
      // Node keeps a request's signal from its agent, and a tunnel would be waited for in vain.
      return https.request(url, { ...options, agent, tunnelSignal: options.signal } as TunnelOptions);
    }
    if (proxy === undefined) return httpRequest(url, { ...options, agent: this.#plain });
    // RFC 9112 section 3.2.2: a proxy is told the whole URL.
    return openTo(proxy, this.#plain, {
      ...options,
      path: `${url.origin}${url.pathname}${url.search}`,
      headers: { ...options.headers, host: url.host, ...proxyHeaders(proxy) },
    });
  }

  #secureAgent(https: typeof Https, proxy: Proxy | undefined): Agent {
    const key = proxy?.url.origin;
    const known = this.#secure.get(key);
    if (known !== undefined) return known;
    const { ca, idleTimeoutMs } = this.#options;
    const agent = new https.Agent({ keepAlive: true, ...(ca === undefined ? {} : { ca }) });
    if (proxy !== undefined) tunnelled(agent, proxy, idleTimeoutMs);
    this.#secure.set(key, agent);
    return agent;
  }
}

/** TLS is loaded when it is spoken: with a registry on this machine it would be much of what starting costs. */
function loadHttps(): Promise<typeof Https> {
  return import("node:https");
}

async function openTo(
  proxy: Proxy,
  plain: Agent | undefined,
  options: RequestOptions,
): Promise<ClientRequest> {
  const { hostname, port, protocol } = proxy.url;
  const secure = protocol === "https:";
  const target = { ...options, host: bare(hostname), port: port === "" ? (secure ? 443 : 80) : Number(port) };
  if (secure) return (await loadHttps()).request(target);
  return httpRequest({ ...target, ...(plain === undefined ? {} : { agent: plain }) });
}

const proxyHeaders = ({ authorization }: Proxy): Readonly<Record<string, string>> =>
  authorization === undefined ? {} : { "proxy-authorization": authorization };

interface TunnelOptions extends RequestOptions {
  readonly tunnelSignal?: AbortSignal | undefined;
}

/** Lets an agent speak TLS inside a tunnel (RFC 9110 section 9.3.6): the proxy sees the host's name and nothing else. */
function tunnelled(agent: Https.Agent, proxy: Proxy, timeoutMs: number): void {
  const direct = agent.createConnection.bind(agent);
  agent.createConnection = (options, created) => {
    const { host, port, tunnelSignal: signal } = options as TunnelOptions & { host: string; port: number };
    const authority = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
    openTunnel(proxy, authority, timeoutMs, signal).then(
      (socket) => created?.(null, direct({ ...options, socket } as typeof options) as Duplex),
      (error: Error) => created?.(error, undefined as never),
    );
    return undefined;
  };
}

async function openTunnel(
  proxy: Proxy,
  authority: string,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<Duplex> {
  const request = await openTo(proxy, undefined, {
    method: "CONNECT",
    path: authority,
    headers: { host: authority, ...proxyHeaders(proxy) },
    timeout: timeoutMs,
    agent: false,
    ...(signal === undefined ? {} : { signal }),
  });
  return new Promise((opened, failed) => {
    request.once("error", (error: NodeJS.ErrnoException) => {
      const problem = `cannot be reached: ${error.code ?? error.message}`;
      failed(signal?.aborted ? signal.reason : proxyFails(proxy, problem, error));
    });
    request.once("timeout", () => request.destroy(new Error("it is silent")));
    request.once("connect", (response: IncomingMessage, socket: Duplex) => {
      if (response.statusCode === 200) return opened(socket);
      socket.destroy();
      failed(proxyRefuses(proxy, response.statusCode ?? 0, authority));
    });
    request.once("response", (response) => {
      response.destroy();
      failed(proxyRefuses(proxy, response.statusCode ?? 0, authority));
    });
    request.end();
  });
}
