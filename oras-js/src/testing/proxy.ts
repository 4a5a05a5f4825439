import { createServer, type IncomingMessage, request } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

export interface TestProxy {
  readonly address: string;
  /** `METHOD target`, and what came as Proxy-Authorization. */
  readonly seen: { readonly line: string; readonly authorization: string | undefined }[];
  /** The status it answers in place of passing anything on. */
  refuse: number | undefined;
  /** Whether it says nothing at all to who wants a tunnel. */
  silent: boolean;
  stop(): Promise<void>;
}

/** An HTTP proxy for which every name leads to one place, `host:port`. */
export async function startProxy(place: string): Promise<TestProxy> {
  const [hostname = "", port = ""] = place.split(":");
  const note = (incoming: IncomingMessage): void => {
    const line = `${incoming.method} ${incoming.url}`;
    proxy.seen.push({ line, authorization: incoming.headers["proxy-authorization"] });
  };
  const server = createServer((incoming, response) => {
    note(incoming);
    if (proxy.refuse !== undefined) return void response.writeHead(proxy.refuse).end();
    const { pathname, search } = new URL(incoming.url ?? "");
    const { "proxy-authorization": _, ...headers } = incoming.headers;
    const onward = request(
      { hostname, port, path: `${pathname}${search}`, method: incoming.method, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 0, answer.headers);
        answer.pipe(response);
      },
    );
    incoming.pipe(onward);
  });
  server.on("connect", (incoming, client, head) => {
    note(incoming);
    if (proxy.silent) return;
    if (proxy.refuse !== undefined) return void client.end(`HTTP/1.1 ${proxy.refuse} No\r\n\r\n`);
    const onward = connect(Number(port), hostname, () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      onward.write(head);
      client.pipe(onward).pipe(client);
    });
    onward.on("error", () => client.destroy());
    client.on("error", () => onward.destroy());
  });
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const proxy: TestProxy = {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: [],
    refuse: undefined,
    silent: false,
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped());
        // Tunnels too, of which the server knows nothing any more.
        for (const socket of sockets) socket.destroy();
      }),
  };
  return proxy;
}
