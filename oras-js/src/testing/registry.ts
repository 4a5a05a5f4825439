import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { digestOf, isDigest } from "../digest.js";

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
}

/** Answers a request in the registry's place; returns false to leave it to the registry. */
export type Intercept = (request: SeenRequest, response: ServerResponse) => boolean | Promise<boolean>;

export interface TestRegistry {
  readonly host: string;
  readonly origin: string;
  readonly requests: SeenRequest[];
  readonly blobs: Map<string, Buffer>;
  /** By digest and by tag. */
  readonly manifests: Map<string, { readonly mediaType: string; readonly bytes: Buffer }>;
  intercept: Intercept | undefined;
  stop(): Promise<void>;
}

/** A registry in memory that knows what the client asks for: enough of the distribution specification to be honest or hostile. */
export async function startRegistry(intercept?: Intercept): Promise<TestRegistry> {
  const requests: SeenRequest[] = [];
  const blobs: TestRegistry["blobs"] = new Map();
  const manifests: TestRegistry["manifests"] = new Map();
  let uploads = 0;

  const server = createServer((incoming, response) => {
    void (async () => {
      const url = new URL(incoming.url ?? "/", "http://registry");
      const request: SeenRequest = {
        method: incoming.method ?? "",
        path: url.pathname,
        query: url.searchParams,
        authorization: incoming.headers.authorization,
      };
      requests.push(request);
      if (registry.intercept !== undefined && (await registry.intercept(request, response))) {
        incoming.resume();
        return;
      }
      answer(request, incoming.headers["content-type"] ?? "", await bodyOf(incoming), response);
    })().catch((error: unknown) => response.destroy(error as Error));
  });

  function answer(request: SeenRequest, contentType: string, body: Buffer, response: ServerResponse): void {
    const [, kind, name] = /\/(manifests|blobs)\/([^/]+\/?)$/.exec(request.path) ?? [];
    if (request.method === "POST") {
      return end(response, 202, { location: `/v2/upload/blobs/${++uploads}?state=a%2Fb` });
    }
    if (request.method === "PUT" && kind === "blobs") {
      const digest = request.query.get("digest") ?? "";
      if (request.query.get("state") !== "a/b" || digestOf(body) !== digest) {
        return end(
          response,
          400,
          {},
          errorBody("DIGEST_INVALID", "provided digest did not match uploaded content"),
        );
      }
      blobs.set(digest, body);
      return end(response, 201, { "docker-content-digest": digest });
    }
    if (request.method === "PUT" && kind === "manifests" && name !== undefined) {
      const digest = digestOf(body);
      for (const key of [name, digest]) manifests.set(key, { mediaType: contentType, bytes: body });
      return end(response, 201, { "docker-content-digest": digest });
    }
    const found =
      kind === "manifests"
        ? manifests.get(name ?? "")
        : blobs.has(name ?? "")
          ? { mediaType: "application/octet-stream", bytes: blobs.get(name ?? "")! }
          : undefined;
    if (found === undefined) return end(response, 404, {}, errorBody("MANIFEST_UNKNOWN", "unknown"));
    end(
      response,
      200,
      {
        "content-type": found.mediaType,
        "content-length": String(found.bytes.byteLength),
        "docker-content-digest": isDigest(name ?? "") ? name! : digestOf(found.bytes),
      },
      request.method === "HEAD" ? undefined : found.bytes,
    );
  }

  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const registry: TestRegistry = {
    host,
    origin: `http://${host}`,
    requests,
    blobs,
    manifests,
    intercept,
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
  return registry;
}

/** Lets requests with this header pass and challenges the others. */
export function demand(authorization: string, challenge: string): Intercept {
  return (request, response) => {
    if (request.authorization === authorization) return false;
    end(
      response,
      401,
      { "www-authenticate": challenge },
      errorBody("UNAUTHORIZED", "authentication required"),
    );
    return true;
  };
}

export function end(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>> = {},
  body?: string | Uint8Array,
): void {
  response.writeHead(status, headers);
  response.end(body);
}

export function errorBody(code: string, message: string): string {
  return JSON.stringify({ errors: [{ code, message }] });
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
