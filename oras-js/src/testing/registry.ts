import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { digestOf, isDigest } from "../digest.js";

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
  readonly contentRange: string | undefined;
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
  /** Bytes of uploads in chunks, by path. */
  readonly uploads: Map<string, Buffer>;
  intercept: Intercept | undefined;
  /** Whether it answers /referrers/ and says `OCI-Subject`. */
  referrersApi: boolean;
  stop(): Promise<void>;
}

/** A registry in memory that knows what the client asks for: enough of the distribution specification to be honest or hostile. */
export async function startRegistry(intercept?: Intercept): Promise<TestRegistry> {
  const requests: SeenRequest[] = [];
  const blobs: TestRegistry["blobs"] = new Map();
  const manifests: TestRegistry["manifests"] = new Map();
  const uploads: TestRegistry["uploads"] = new Map();
  let uploadCount = 0;

  const server = createServer((incoming, response) => {
    void (async () => {
      const url = new URL(incoming.url ?? "/", "http://registry");
      const request: SeenRequest = {
        method: incoming.method ?? "",
        path: url.pathname,
        query: url.searchParams,
        authorization: incoming.headers.authorization,
        contentRange: incoming.headers["content-range"],
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
    if (request.path === "/v2/") return end(response, 200);
    const [, kind, name] = /\/(manifests|blobs)\/([^/]+\/?)$/.exec(request.path) ?? [];
    if (request.method === "POST") {
      return end(response, 202, { location: `/v2/upload/blobs/${++uploadCount}?state=a%2Fb` });
    }
    if (request.path.startsWith("/v2/upload/") && request.method !== "PUT") {
      const before = uploads.get(request.path) ?? Buffer.of();
      const range = (size: number) => ({
        location: `${request.path}?state=a%2Fb`,
        range: `0-${Math.max(0, size - 1)}`,
      });
      if (request.method === "GET") return end(response, 204, range(before.byteLength));
      // Without a range it is the rest, as clients send it that stream.
      if (Number(request.contentRange?.split("-")[0] ?? before.byteLength) !== before.byteLength)
        return end(response, 416, range(before.byteLength));
      uploads.set(request.path, Buffer.concat([before, body]));
      return end(response, 202, range(before.byteLength + body.byteLength));
    }
    if (request.method === "DELETE") {
      const held: Map<string, unknown> = kind === "manifests" ? manifests : blobs;
      const bytes = manifests.get(name ?? "")?.bytes;
      if (!held.delete(name ?? "")) return end(response, 404, {}, errorBody("MANIFEST_UNKNOWN", "unknown"));
      // A manifest deleted by its digest goes with its tags.
      if (isDigest(name ?? "") && kind === "manifests") {
        for (const [tag, manifest] of manifests) if (manifest.bytes.equals(bytes!)) manifests.delete(tag);
      }
      return end(response, 202);
    }
    const referred = /\/referrers\/(.+)$/.exec(request.path)?.[1];
    if (referred !== undefined && registry.referrersApi) {
      const found = [...manifests].filter(
        ([key, { bytes }]) => isDigest(key) && JSON.parse(bytes.toString()).subject?.digest === referred,
      );
      const list = found.map(([digest, { mediaType, bytes }]) => ({
        mediaType,
        digest,
        size: bytes.byteLength,
      }));
      return end(
        response,
        200,
        { "content-type": "application/vnd.oci.image.index.v1+json" },
        JSON.stringify({ schemaVersion: 2, manifests: list }),
      );
    }
    if (request.path.endsWith("/tags/list")) {
      const tags = [...manifests.keys()].filter((key) => !isDigest(key)).toSorted();
      return end(response, 200, { "content-type": "application/json" }, JSON.stringify({ tags }));
    }
    if (request.method === "PUT" && kind === "blobs") {
      const digest = request.query.get("digest") ?? "";
      const whole = Buffer.concat([uploads.get(request.path) ?? Buffer.of(), body]);
      if (request.query.get("state") !== "a/b" || digestOf(whole) !== digest) {
        return end(
          response,
          400,
          {},
          errorBody("DIGEST_INVALID", "provided digest did not match uploaded content"),
        );
      }
      blobs.set(digest, whole);
      return end(response, 201, { "docker-content-digest": digest });
    }
    if (request.method === "PUT" && kind === "manifests" && name !== undefined) {
      const digest = digestOf(body);
      for (const key of [name, digest]) manifests.set(key, { mediaType: contentType, bytes: body });
      const subject = registry.referrersApi ? JSON.parse(body.toString()).subject?.digest : undefined;
      return end(response, 201, {
        "docker-content-digest": digest,
        ...(subject === undefined ? {} : { "oci-subject": subject }),
      });
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
    uploads,
    intercept,
    referrersApi: false,
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
