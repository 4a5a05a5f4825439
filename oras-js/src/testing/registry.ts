import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { digestOf, isDigest } from "../digest.js";

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
  readonly contentRange: string | undefined;
  readonly range: string | undefined;
}

/** Answers a request in the registry's place; returns false to leave it to the registry. */
export type Intercept = (request: SeenRequest, response: ServerResponse) => boolean | Promise<boolean>;

export interface TestRegistry {
  readonly host: string;
  readonly origin: string;
  readonly requests: SeenRequest[];
  readonly blobs: Map<string, Buffer>;
  /** By digest and by tag; when `apart`, with the repository before it: `filters/hello/v1`. */
  readonly manifests: Map<string, { readonly mediaType: string; readonly bytes: Buffer }>;
  /** Bytes of uploads in chunks, by path. */
  readonly uploads: Map<string, Buffer>;
  intercept: Intercept | undefined;
  /** Whether it answers /referrers/ and says `OCI-Subject`. */
  referrersApi: boolean;
  /** Whether each repository has content of its own, which others can mount; else there is one, whatever it is called. */
  apart: boolean;
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
        range: incoming.headers.range,
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
    const { method, path, query } = request;
    if (path === "/v2/") return end(response, 200);
    const [, repository = "", call = ""] =
      /^\/v2\/(.+?)\/((?:manifests|blobs|referrers|tags)\/.*)$/.exec(path) ?? [];
    const within = (name: string, inside = repository): string =>
      registry.apart ? `${inside}/${name}` : name;
    const [kind, name = ""] = call.split("/");

    if (method === "POST") {
      const mount = query.get("mount") ?? "";
      const mounted = registry.apart ? blobs.get(within(mount, query.get("from") ?? "")) : undefined;
      if (mounted !== undefined) {
        blobs.set(within(mount), mounted);
        return end(response, 201, { location: `/v2/${repository}/blobs/${mount}` });
      }
      return end(response, 202, { location: `${path}${++uploadCount}?state=a%2Fb` });
    }
    if (call.startsWith("blobs/uploads/")) return answerUpload(request, within, body, response);
    if (method === "DELETE") {
      const held: Map<string, unknown> = kind === "manifests" ? manifests : blobs;
      const bytes = manifests.get(within(name))?.bytes;
      if (!held.delete(within(name))) return end(response, 404, {}, errorBody("MANIFEST_UNKNOWN", "unknown"));
      // A manifest deleted by its digest goes with its tags.
      if (isDigest(name) && kind === "manifests") {
        for (const [tag, manifest] of namesIn(within(""))) {
          if (manifest.bytes.equals(bytes!)) manifests.delete(within(tag));
        }
      }
      return end(response, 202);
    }
    if (kind === "referrers" && registry.referrersApi) {
      const list = namesIn(within("")).flatMap(([digest, { mediaType, bytes }]) => {
        const { subject, artifactType, annotations } = JSON.parse(bytes.toString());
        if (!isDigest(digest) || subject?.digest !== name) return [];
        return { mediaType, digest, size: bytes.byteLength, artifactType, annotations };
      });
      return end(
        response,
        200,
        { "content-type": "application/vnd.oci.image.index.v1+json" },
        JSON.stringify({ schemaVersion: 2, manifests: list }),
      );
    }
    if (call === "tags/list") {
      const tags = namesIn(within(""))
        .map(([key]) => key)
        .filter((key) => !isDigest(key));
      return end(
        response,
        200,
        { "content-type": "application/json" },
        JSON.stringify({ name: repository, tags: tags.toSorted() }),
      );
    }
    if (method === "PUT" && kind === "manifests") {
      const digest = digestOf(body);
      for (const key of [name, digest]) manifests.set(within(key), { mediaType: contentType, bytes: body });
      const subject = registry.referrersApi ? JSON.parse(body.toString()).subject?.digest : undefined;
      return end(response, 201, {
        "docker-content-digest": digest,
        ...(subject === undefined ? {} : { "oci-subject": subject }),
      });
    }
    const blob = kind === "blobs" ? blobs.get(within(name)) : undefined;
    const found =
      blob === undefined
        ? manifests.get(kind === "manifests" ? within(name) : "")
        : { mediaType: "application/octet-stream", bytes: blob };
    if (found === undefined) return end(response, 404, {}, errorBody("MANIFEST_UNKNOWN", "unknown"));
    end(
      response,
      200,
      {
        "content-type": found.mediaType,
        "content-length": String(found.bytes.byteLength),
        "docker-content-digest": isDigest(name) ? name : digestOf(found.bytes),
      },
      method === "HEAD" ? undefined : found.bytes,
    );
  }

  /** An upload that was begun: its chunks, how far it came, its end. */
  function answerUpload(
    { method, path, query, contentRange }: SeenRequest,
    within: (digest: string) => string,
    body: Buffer,
    response: ServerResponse,
  ): void {
    const before = uploads.get(path) ?? Buffer.of();
    if (method === "PUT") {
      const digest = query.get("digest") ?? "";
      const whole = Buffer.concat([before, body]);
      if (query.get("state") !== "a/b" || digestOf(whole) !== digest) {
        const message = "provided digest did not match uploaded content";
        return end(response, 400, {}, errorBody("DIGEST_INVALID", message));
      }
      blobs.set(within(digest), whole);
      return end(response, 201, { "docker-content-digest": digest });
    }
    const range = (size: number) => ({
      location: `${path}?state=a%2Fb`,
      range: `0-${Math.max(0, size - 1)}`,
    });
    if (method === "GET") return end(response, 204, range(before.byteLength));
    // Without a range it is the rest, as clients send it that stream.
    if (Number(contentRange?.split("-")[0] ?? before.byteLength) !== before.byteLength)
      return end(response, 416, range(before.byteLength));
    uploads.set(path, Buffer.concat([before, body]));
    return end(response, 202, range(before.byteLength + body.byteLength));
  }

  /** The manifests under a prefix, named without it. */
  function namesIn(
    prefix: string,
  ): (readonly [string, { readonly mediaType: string; readonly bytes: Buffer }])[] {
    return [...manifests]
      .filter(([key]) => key.startsWith(prefix) && !key.slice(prefix.length).includes("/"))
      .map(([key, manifest]) => [key.slice(prefix.length), manifest] as const);
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
    apart: false,
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
