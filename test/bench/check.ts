import { createServer, request, type Server as HttpServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

import { CHECK_PATH } from "./envoy/bootstrap.js";
import type { Server } from "./envoy/server.js";
import type { Check, Workload } from "./workloads.js";

/** An upstream whose answer's body says what it received. */
export class EchoUpstream {
  readonly #server: HttpServer;

  private constructor(server: HttpServer) {
    this.#server = server;
  }

  static async listen(): Promise<EchoUpstream> {
    const server = createServer(async (incoming, response) => {
      const { method, url, rawHeaders } = incoming;
      const body = await text(incoming).catch(() => null);
      // Envoy hung up: the filter has answered in the upstream's place.
      if (body === null) return;
      response.sendDate = false;
      response.end(JSON.stringify({ method, url, headers: rawHeaders, body }));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new EchoUpstream(server);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

/** Sends a workload's checks to every server: each must do what is expected, and all must do the same, byte for byte. */
export async function checkBehaviour(servers: readonly Server[], workload: Workload): Promise<void> {
  for (const check of workload.checks) {
    let first: { readonly name: string; readonly answer: string } | null = null;
    for (const server of servers) {
      const { name } = server.filter;
      if (check.only && !check.only.includes(name)) continue;
      const answer = await exchange(server.port, check);
      if (!answer.includes(check.expect)) {
        throw new Error(
          `${workload.id}, ${name}: the check "${check.name}" expects ${check.expect}, and there is\n${answer}`,
        );
      }
      if (first !== null && answer !== first.answer) {
        throw new Error(
          `${workload.id}: the check "${check.name}" gives with ${first.name}\n${first.answer}\nand with ${name}\n${answer}`,
        );
      }
      first ??= { name, answer };
    }
  }
}

/** Status line, headers and body of an answer, without what differs from one request to the next. */
async function exchange(port: number, check: Check): Promise<string> {
  const outgoing = request({
    host: "127.0.0.1",
    port,
    path: CHECK_PATH,
    method: check.body === undefined ? "GET" : "POST",
    headers: { host: "bench", ...check.headers },
    agent: false,
  });
  // With a length and in one piece, as the load generator sends it.
  if (check.body !== undefined) outgoing.setHeader("content-length", Buffer.byteLength(check.body));
  outgoing.end(check.body);
  const [response] = await once(outgoing, "response");
  const fields: string[] = [];
  for (let at = 0; at < response.rawHeaders.length; at += 2) {
    const name = response.rawHeaders[at];
    if (name !== "date") fields.push(`${name}: ${response.rawHeaders[at + 1]}`);
  }
  return [`HTTP/1.1 ${response.statusCode}`, ...fields, "", await text(response)].join("\n");
}
