import { randomUUID } from "node:crypto";
import { lookup } from "node:dns/promises";
import { createServer, request, type IncomingMessage } from "node:http";
import { hostname } from "node:os";
import type { User } from "./place.js";
import { close, listen } from "./ports.js";

export interface BearerFront {
  readonly host: string;
  /** One for every token that was given out. */
  readonly grantedScopes: readonly string[];
  /** Why Istio's fetcher would not ask the token server. */
  readonly hiddenFromIstio: string | undefined;
  stop(): Promise<void>;
}

/**
 * A token server and, before a registry at `host:port`, a front that lets nothing through without one of its tokens
 * (distribution's token specification). A token is good for the actions of its scope.
 */
export async function startBearerFront(upstream: string, user: User): Promise<BearerFront> {
  const expected = `Basic ${Buffer.from(`${user.username}:${user.password}`).toString("base64")}`;
  const scopes = new Map<string, string>();
  const grantedScopes: string[] = [];

  const tokenServer = createServer((incoming, response) => {
    const { searchParams } = new URL(incoming.url ?? "", "http://token");
    if (incoming.headers.authorization !== expected || searchParams.get("service") !== "registry-test") {
      response.writeHead(401).end();
      return;
    }
    const scope = searchParams.getAll("scope").join(" ");
    const token = randomUUID();
    scopes.set(token, scope);
    grantedScopes.push(scope);
    response.end(JSON.stringify({ token, access_token: token, expires_in: 300 }));
  });
  const name = await loopbackName();
  const named = (host: string) => host.replace("127.0.0.1", name ?? "127.0.0.1");
  const realm = `http://${named(await listen(tokenServer))}/token`;

  const front = createServer((incoming, response) => {
    const needed = neededScope(incoming);
    const token = incoming.headers.authorization?.replace(/^Bearer /, "") ?? "";
    if (!grants(scopes.get(token), needed)) {
      incoming.resume();
      const scope = needed === undefined ? "" : `,scope="${needed.repository}:${needed.actions.join(",")}"`;
      response
        .writeHead(401, { "www-authenticate": `Bearer realm="${realm}",service="registry-test"${scope}` })
        .end(JSON.stringify({ errors: [{ code: "UNAUTHORIZED", message: "authentication required" }] }));
      return;
    }
    const { authorization: _, ...headers } = incoming.headers;
    const [hostname, port] = upstream.split(":");
    // The Host header goes along, so that the registry's upload locations lead back here.
    const onward = request(
      { hostname, port, method: incoming.method, path: incoming.url, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on("error", () => response.destroy());
    incoming.pipe(onward);
  });

  return {
    host: named(await listen(front)),
    grantedScopes,
    hiddenFromIstio: name === undefined ? "this machine has no name that means 127.0.0.1" : undefined,
    stop: async () => {
      await Promise.all([close(front), close(tokenServer)]);
    },
  };
}

interface Scope {
  readonly repository: string;
  readonly actions: readonly string[];
}

/** What a request needs; undefined: any token will do. */
function neededScope({ method, url = "" }: IncomingMessage): Scope | undefined {
  const repository = /^\/v2\/(.+?)\/(?:blobs|manifests|tags|referrers)\//.exec(url)?.[1];
  if (repository === undefined) return undefined;
  const reads = method === "GET" || method === "HEAD";
  return { repository: `repository:${repository}`, actions: reads ? ["pull"] : ["pull", "push"] };
}

/** `repository:a:pull repository:b:pull,push` grants each action of each. */
function grants(granted: string | undefined, needed: Scope | undefined): boolean {
  if (granted === undefined) return false;
  if (needed === undefined) return true;
  return granted.split(" ").some((scope) => {
    const actions = scope.slice(scope.lastIndexOf(":") + 1).split(",");
    return (
      scope.startsWith(`${needed.repository}:`) && needed.actions.every((action) => actions.includes(action))
    );
  });
}

/**
 * This machine's name, if it leads to 127.0.0.1. Istio's fetcher asks no token server whose address is a loopback one, but looks
 * no name up; oras does, and lets it pass where the registry has the same name.
 */
async function loopbackName(): Promise<string | undefined> {
  const found = await lookup(hostname(), { family: 4 }).catch(() => undefined);
  return found?.address === "127.0.0.1" ? hostname() : undefined;
}
