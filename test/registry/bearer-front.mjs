import { randomUUID } from "node:crypto";
import { createServer, request } from "node:http";

/**
 * A token server and, before a registry, a front that lets nothing through without one of its tokens (distribution's
 * token specification). A token is good for the actions of its scope.
 *
 * @param {string} upstream host:port of the registry
 * @param {{ username: string, password: string }} user
 */
export async function startBearerFront(upstream, user) {
  const expected = `Basic ${Buffer.from(`${user.username}:${user.password}`).toString("base64")}`;
  /** @type {Map<string, string>} token -> scope */
  const tokens = new Map();
  /** @type {string[]} */
  const grantedScopes = [];

  const tokenServer = createServer((incoming, response) => {
    const { searchParams } = new URL(incoming.url, "http://token");
    if (incoming.headers.authorization !== expected || searchParams.get("service") !== "registry-test") {
      response.writeHead(401).end();
      return;
    }
    const scope = searchParams.get("scope");
    const token = randomUUID();
    tokens.set(token, scope);
    grantedScopes.push(scope);
    response.end(JSON.stringify({ token, expires_in: 300 }));
  });
  const realm = `http://${await listen(tokenServer)}/token`;

  const front = createServer((incoming, response) => {
    const action = incoming.method === "GET" || incoming.method === "HEAD" ? "pull" : "push";
    const token = incoming.headers.authorization?.replace(/^Bearer /, "") ?? "";
    const actions = tokens.get(token)?.split(":").at(-1)?.split(",") ?? [];
    if (!actions.includes(action)) {
      const scope = `repository:filters/hello:${action === "push" ? "pull,push" : "pull"}`;
      incoming.resume();
      response
        .writeHead(401, {
          "www-authenticate": `Bearer realm="${realm}",service="registry-test",scope="${scope}"`,
        })
        .end(JSON.stringify({ errors: [{ code: "UNAUTHORIZED", message: "authentication required" }] }));
      return;
    }
    const { authorization: _, ...headers } = incoming.headers;
    const [hostname, port] = upstream.split(":");
    // The Host header goes along, so that the registry's upload locations lead back here.
    const onward = request(
      { hostname, port, method: incoming.method, path: incoming.url, headers },
      (answer) => {
        response.writeHead(answer.statusCode, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on("error", () => response.destroy());
    incoming.pipe(onward);
  });
  const host = await listen(front);

  return {
    host,
    grantedScopes,
    stop: async () => {
      for (const server of [front, tokenServer]) {
        server.closeAllConnections();
        await new Promise((closed) => server.close(closed));
      }
    },
  };
}

export async function listen(server) {
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return `127.0.0.1:${server.address().port}`;
}
