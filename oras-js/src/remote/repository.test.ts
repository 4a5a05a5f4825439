import { createServer as createTlsServer } from "node:https";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fetchBytes, pushBytes, single } from "../content.js";
import { copy } from "../copy.js";
import { describe as descriptorOf } from "../descriptor.js";
import { digestOf } from "../digest.js";
import { mediaTypes } from "../media-types.js";
import { MemoryStore } from "../memory-store.js";
import { pack } from "../pack.js";
import { type TestRegistry, demand, end, errorBody, startRegistry } from "../testing/registry.js";
import { Repository, type RepositoryOptions } from "./repository.js";

const bytes = new TextEncoder().encode("hello");
const blob = descriptorOf("text/plain", bytes);
const fast = { delayMs: 1, maxDelayMs: 1000 };

let registry: TestRegistry;
beforeEach(async () => {
  registry = await startRegistry();
});
afterEach(() => registry.stop());

const open = (options: RepositoryOptions = {}): Repository =>
  new Repository(`${registry.host}/filters/hello`, { retry: fast, ...options });

const seen = (): string[] =>
  registry.requests.map(({ method, path }) => `${method} ${path.replace(/sha256:\w+/, "D")}`);

async function artifact() {
  const store = new MemoryStore();
  const layer = await pushBytes(store, "text/plain", bytes);
  const manifest = await pack(store, { artifactType: "application/vnd.example.greeting", layers: [layer] });
  await store.tag(manifest, "v1");
  return { store, layer, manifest };
}

describe("with an honest registry", () => {
  test("an artifact goes there and comes back, by tag and by digest", async () => {
    const { store, layer, manifest } = await artifact();
    const repository = open();
    expect(await copy(store, "v1", repository, "v1")).toEqual(manifest);
    expect(await repository.resolve("v1")).toEqual(manifest);
    expect(await repository.resolve(manifest.digest)).toEqual(manifest);
    for (const reference of ["v1", manifest.digest]) {
      const back = new MemoryStore();
      await copy(repository, reference, back, "v1");
      expect(await fetchBytes(back, layer)).toEqual(Uint8Array.from(bytes));
    }
  });

  test("a blob is one HEAD, one POST and one PUT, and what is there is not sent again", async () => {
    const repository = open();
    await pushBytes(repository, "text/plain", bytes);
    expect(seen()).toEqual([
      "HEAD /v2/filters/hello/blobs/D",
      "POST /v2/filters/hello/blobs/uploads/",
      "PUT /v2/upload/blobs/1",
    ]);
    registry.requests.length = 0;
    await pushBytes(repository, "text/plain", bytes);
    expect(seen()).toEqual(["HEAD /v2/filters/hello/blobs/D"]);
  });

  test("an empty blob and one of many chunks arrive whole", async () => {
    const repository = open();
    const large = new Uint8Array(3_000_000).map((_, index) => index % 251);
    for (const content of [new Uint8Array(), large]) {
      const descriptor = descriptorOf("text/plain", content);
      await repository.push(descriptor, async function* () {
        for (let at = 0; at < content.byteLength; at += 70_001) yield content.subarray(at, at + 70_001);
      });
      expect(registry.blobs.get(descriptor.digest)?.equals(content)).toBe(true);
      expect(Buffer.compare(await fetchBytes(repository, descriptor), content)).toBe(0);
    }
  });

  test("an absolute Location and its query are used as given", async () => {
    registry.intercept = ({ method }, response) => {
      if (method !== "POST") return false;
      end(response, 202, { location: `${registry.origin}/v2/elsewhere/blobs/7?state=a%2Fb&_x=y` });
      return true;
    };
    await pushBytes(open(), "text/plain", bytes);
    const put = registry.requests.at(-1)!;
    expect(put.path).toBe("/v2/elsewhere/blobs/7");
    expect(Object.fromEntries(put.query)).toEqual({ state: "a/b", _x: "y", digest: blob.digest });
  });

  test("a registry that reports no digest is asked for the manifest itself", async () => {
    const { store, manifest } = await artifact();
    await copy(store, "v1", open());
    registry.intercept = ({ method }, response) => {
      if (method !== "HEAD") return false;
      end(response, 200, { "content-type": mediaTypes.imageManifest });
      return true;
    };
    expect(await open().resolve("v1")).toEqual(manifest);
  });

  test("a missing tag, blob or repository is ORAS_NOT_FOUND with its name", async () => {
    const missing = { code: "ORAS_NOT_FOUND", status: 404 };
    await expect(open().resolve("v9")).rejects.toMatchObject({
      ...missing,
      message: expect.stringContaining('"v9"'),
    });
    await expect(open().fetch(blob)).rejects.toMatchObject({
      ...missing,
      message: expect.stringContaining(blob.digest),
    });
  });

  test("a repository takes no tag", () => {
    expect(() => new Repository("ghcr.io/a/b:v1")).toThrow(
      expect.objectContaining({ code: "ORAS_INVALID_REFERENCE" }),
    );
  });
});

describe("authentication", () => {
  const basic = `Basic ${Buffer.from("me:s3cret:pw").toString("base64")}`;
  const credentials = { username: "me", password: "s3cret:pw" };

  test("Basic: asked once, sent from then on", async () => {
    registry.intercept = demand(basic, 'Basic realm="test"');
    const { store } = await artifact();
    await copy(store, "v1", open({ credentials }));
    expect(
      registry.requests.filter(({ authorization }) => authorization === undefined).length,
    ).toBeLessThanOrEqual(1);
  });

  test("wrong and missing credentials are told apart, and no secret shows", async () => {
    registry.intercept = demand(basic, 'Basic realm="test"');
    const wrong = { username: "me", password: "wrong-one" };
    const error = await open({ credentials: wrong })
      .resolve("v1")
      .catch((thrown: Error & { hint: string }) => thrown);
    expect(error).toMatchObject({ code: "ORAS_UNAUTHORIZED", message: expect.stringContaining("refuses") });
    expect(JSON.stringify([error, (error as Error).message, (error as Error).stack])).not.toContain(
      "wrong-one",
    );
    await expect(open().resolve("v1")).rejects.toMatchObject({
      code: "ORAS_UNAUTHORIZED",
      hint: expect.stringContaining("Log in"),
    });
  });

  test("what a registry echoes of a secret is blotted out", async () => {
    registry.intercept = ({ authorization }, response) => {
      if (authorization === undefined) end(response, 401, { "www-authenticate": 'Basic realm="x"' });
      else end(response, 418, {}, errorBody("DENIED", `${authorization} is s3cret:pw`));
      return true;
    };
    const error: Error = await open({ credentials })
      .fetch(blob)
      .then(
        () => new Error("fetched"),
        (thrown: Error) => thrown,
      );
    expect(error.message).toContain("[secret] is [secret]");
  });

  test("Bearer: one token for each scope, asked with the password, reused until it expires", async () => {
    const { store } = await artifact();
    const tokens = await startRegistry((request, response) => {
      const scope = request.query.getAll("scope").join(" ");
      end(
        response,
        200,
        {},
        JSON.stringify({ token: scope.endsWith("push") ? "t-push" : "t-pull", expires_in: 300 }),
      );
      return true;
    });
    registry.intercept = (request, response) => {
      const needed =
        request.method === "GET" || request.method === "HEAD" ? /^Bearer t-p/ : /^Bearer t-push$/;
      if (needed.test(request.authorization ?? "")) return false;
      const challenge = `Bearer realm="${tokens.origin}/token",service="test",scope="repository:filters/hello:pull"`;
      end(response, 401, { "www-authenticate": challenge });
      return true;
    };
    try {
      await copy(store, "v1", open({ credentials }), "v1", { concurrency: 1 });
      expect(tokens.requests.map(({ query }) => Object.fromEntries(query))).toEqual([
        { service: "test", scope: "repository:filters/hello:pull" },
        { service: "test", scope: "repository:filters/hello:pull,push" },
      ]);
      expect(tokens.requests.every(({ authorization }) => authorization === basic)).toBe(true);
    } finally {
      await tokens.stop();
    }
  });

  test("Bearer: a token server that is busy is asked again, and challenges at the same time ask once", async () => {
    let asked = 0;
    registry.intercept = async (request, response) => {
      if (request.path !== "/token") {
        return demand("Bearer granted", `Bearer realm="${registry.origin}/token"`)(request, response);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (++asked === 1) end(response, 503);
      else end(response, 200, {}, JSON.stringify({ token: "granted" }));
      return true;
    };
    const repository = open();
    expect(await Promise.all([1, 2, 3].map(() => repository.exists(blob)))).toEqual([false, false, false]);
    expect(asked).toBe(2);
  });

  test("Bearer: a token that has expired is replaced", async () => {
    let current = "token-1";
    const asked: string[] = [];
    registry.intercept = (request, response) => {
      if (request.path !== "/token") {
        return demand(`Bearer ${current}`, `Bearer realm="${registry.origin}/token"`)(request, response);
      }
      asked.push(current);
      end(response, 200, {}, JSON.stringify({ token: current, expires_in: 300 }));
      return true;
    };
    const repository = open();
    await repository.exists(blob);
    current = "token-2";
    await repository.exists(blob);
    expect(asked).toEqual(["token-1", "token-2"]);
  });

  test("Bearer: anonymous, with an identity token, with an access token", async () => {
    const { store } = await artifact();
    await copy(store, "v1", open());
    const asked: string[] = [];
    const challenge = `Bearer realm="${registry.origin}/token"`;
    registry.intercept = (request, response) => {
      if (request.path === "/token") {
        asked.push(`${request.method} ${request.authorization ?? "anonymous"}`);
        end(response, 200, {}, JSON.stringify({ access_token: "granted" }));
        return true;
      }
      return demand("Bearer granted", challenge)(request, response);
    };
    await open().resolve("v1");
    await open({ credentials: { identityToken: "refresh-me" } }).resolve("v1");
    await open({ credentials: { accessToken: "granted" } }).resolve("v1");
    expect(asked).toEqual(["GET anonymous", "POST anonymous"]);
  });

  test("a token server in a place of the registry's choosing is not asked", async () => {
    registry.intercept = demand("never", 'Bearer realm="http://169.254.169.254/token"');
    await expect(open({ credentials }).resolve("v1")).rejects.toMatchObject({ code: "ORAS_UNSAFE_REALM" });
  });

  test.each(["not json", "{}", '{"token":"a\\r\\nb"}', '{"token":7}'])(
    "a token server that answers %s",
    async (answer) => {
      registry.intercept = (request, response) => {
        if (request.path !== "/token")
          return demand("never", `Bearer realm="${registry.origin}/token"`)(request, response);
        end(response, 200, {}, answer);
        return true;
      };
      await expect(open({ credentials }).resolve("v1")).rejects.toMatchObject({ code: "ORAS_PROTOCOL" });
    },
  );

  test("a challenge of an unknown kind is named", async () => {
    registry.intercept = demand("never", "Negotiate");
    await expect(open({ credentials }).resolve("v1")).rejects.toMatchObject({
      code: "ORAS_INVALID_CHALLENGE",
      message: expect.stringContaining("negotiate"),
    });
  });
});

describe("other hosts never see credentials", () => {
  const credentials = { username: "me", password: "secret-1" };
  const header = `Basic ${Buffer.from("me:secret-1").toString("base64")}`;
  let other: TestRegistry;
  beforeEach(async () => {
    other = await startRegistry();
  });
  afterEach(() => other.stop());

  test("a blob's redirect is followed without them", async () => {
    other.intercept = (_, response) => {
      end(response, 200, {}, bytes);
      return true;
    };
    registry.intercept = (request, response) => {
      if (request.authorization !== header)
        return demand(header, 'Basic realm="x"')(request, response) as boolean;
      end(response, 307, { location: `${other.origin}/store?signature=abc` });
      return true;
    };
    expect(Buffer.from(await fetchBytes(open({ credentials }), blob)).toString()).toBe("hello");
    expect(other.requests.map(({ authorization, query }) => [authorization, query.get("signature")])).toEqual(
      [[undefined, "abc"]],
    );
  });

  test("an upload's Location on another host is served without them, and its 401 is not answered", async () => {
    other.intercept = demand(header, 'Basic realm="x"');
    registry.intercept = (request, response) => {
      if (request.authorization !== header)
        return demand(header, 'Basic realm="x"')(request, response) as boolean;
      if (request.method !== "POST") return false;
      end(response, 202, { location: `${other.origin}/v2/upload/blobs/1?state=a%2Fb` });
      return true;
    };
    await expect(pushBytes(open({ credentials }), "text/plain", bytes)).rejects.toMatchObject({
      code: "ORAS_REGISTRY_ERROR",
      status: 401,
    });
    expect(other.requests.map(({ authorization }) => authorization)).toEqual([undefined]);
  });

  test("a redirect in a circle ends", async () => {
    registry.intercept = ({ path }, response) => {
      end(response, 302, { location: path });
      return true;
    };
    await expect(open().resolve("v1")).rejects.toMatchObject({ code: "ORAS_UNSAFE_REDIRECT" });
    expect(registry.requests.length).toBe(6);
  });

  test("a write that moves is not repeated elsewhere", async () => {
    registry.intercept = ({ method }, response) => {
      if (method !== "POST") return false;
      end(response, 307, { location: `${other.origin}/v2/x/blobs/uploads/` });
      return true;
    };
    await expect(pushBytes(open(), "text/plain", bytes)).rejects.toMatchObject({
      code: "ORAS_UNSAFE_REDIRECT",
    });
    expect(other.requests).toEqual([]);
  });
});

describe("hostile or broken answers", () => {
  test("a blob with other bytes, cut short, too long", async () => {
    const cases = [
      [{}, "hellO", "ORAS_DIGEST_MISMATCH"],
      [{ "content-length": "3" }, "hel", "ORAS_SIZE_MISMATCH"],
      [{ "transfer-encoding": "chunked" }, "hel", "ORAS_SIZE_MISMATCH"],
      [{ "transfer-encoding": "chunked" }, "hello, world", "ORAS_SIZE_MISMATCH"],
    ] as const;
    for (const [headers, body, code] of cases) {
      registry.intercept = (_, response) => {
        end(response, 200, headers, body);
        return true;
      };
      await expect(fetchBytes(open(), blob), body).rejects.toMatchObject({ code });
    }
  });

  test("a connection that breaks in the middle of a blob", async () => {
    registry.intercept = (_, response) => {
      response.writeHead(200, { "content-length": "5" });
      response.write("he");
      setTimeout(() => response.destroy(), 20);
      return true;
    };
    await expect(fetchBytes(open(), blob)).rejects.toMatchObject({ code: "ORAS_NETWORK" });
  });

  test("a digest header that belongs to something else, or to no algorithm", async () => {
    const answer = (digest: string) => {
      registry.intercept = (_, response) => {
        end(response, 200, {
          "content-type": mediaTypes.imageManifest,
          "content-length": "5",
          "docker-content-digest": digest,
        });
        return true;
      };
    };
    answer(digestOf(new TextEncoder().encode("other")));
    await expect(open().resolve(blob.digest)).rejects.toMatchObject({ code: "ORAS_DIGEST_MISMATCH" });
    answer("sha256:../../etc");
    await expect(open().resolve("v1")).rejects.toMatchObject({ code: "ORAS_INVALID_DIGEST" });
  });

  test("a manifest beyond 4 MiB, announced or not", async () => {
    const announce = (headers: Record<string, string>, body?: string) => {
      registry.intercept = (_, response) => {
        end(response, 200, { "content-type": mediaTypes.imageManifest, ...headers }, body);
        return true;
      };
    };
    announce({ "content-length": "4194305", "docker-content-digest": blob.digest });
    await expect(open().resolve("v1")).rejects.toMatchObject({ code: "ORAS_TOO_LARGE" });
    announce({ "transfer-encoding": "chunked" }, " ".repeat(4_200_000));
    await expect(open().resolve("v1")).rejects.toMatchObject({ code: "ORAS_TOO_LARGE" });
  });

  test("a login page in the place of a manifest", async () => {
    registry.intercept = (_, response) => {
      end(response, 200, { "content-type": "text/html" }, "<html>");
      return true;
    };
    await expect(open().resolve("v1")).rejects.toMatchObject({ code: "ORAS_PROTOCOL" });
  });

  test("an upload without Location, and one that leads to an internal address", async () => {
    for (const [headers, code] of [
      [{}, "ORAS_PROTOCOL"],
      [{ location: "http://169.254.169.254/x" }, "ORAS_UNSAFE_REDIRECT"],
      [{ location: "http://[" }, "ORAS_PROTOCOL"],
    ] as const) {
      registry.intercept = ({ method }, response) => {
        if (method !== "POST") return false;
        end(response, 202, headers);
        return true;
      };
      await expect(pushBytes(open(), "text/plain", bytes)).rejects.toMatchObject({ code });
    }
  });

  test("content that is not what its descriptor says is refused before the registry has all of it", async () => {
    const wrong = new TextEncoder().encode("hellO");
    await expect(open().push(blob, wrong)).rejects.toMatchObject({ code: "ORAS_DIGEST_MISMATCH" });
    expect(registry.blobs.size).toBe(0);
  });

  test("an upload that is refused half way stops", async () => {
    registry.intercept = ({ method }, response) => {
      if (method !== "PUT") return false;
      end(response, 413, {}, errorBody("SIZE_INVALID", "too large"));
      return true;
    };
    const chunk = new Uint8Array(64 * 1024);
    let sent = 0;
    let closed = false;
    async function* slow() {
      try {
        for (; sent < 1000; sent++) {
          await new Promise((resolve) => setTimeout(resolve, 2));
          yield chunk;
        }
      } finally {
        closed = true;
      }
    }
    const descriptor = { mediaType: "text/plain", digest: blob.digest, size: chunk.byteLength * 1000 };
    await expect(open().push(descriptor, slow)).rejects.toMatchObject({
      code: "ORAS_TOO_LARGE",
      status: 413,
    });
    await expect.poll(() => closed).toBe(true);
    expect(sent).toBeLessThan(500);
  });

  test("what a registry says is shown in one bounded line", async () => {
    registry.intercept = (_, response) => {
      end(response, 400, {}, errorBody("DENIED", `a\u001b[31m\n${"x".repeat(500)}`));
      return true;
    };
    const error: Error = await open()
      .fetch(blob)
      .then(
        () => new Error("fetched"),
        (thrown: Error) => thrown,
      );
    expect(error.message).toMatch(/DENIED: a\?\[31m\?xx/);
    expect(error.message.length).toBeLessThan(500);
  });
});

describe("retries", () => {
  /** Answers the first requests of a method with a status. */
  function failFirst(
    times: number,
    only: string,
    status: number,
    headers: Record<string, string> = {},
  ): void {
    let left = times;
    registry.intercept = ({ method }, response) => {
      if (method !== only || left-- <= 0) return false;
      end(response, status, headers);
      return true;
    };
  }
  const count = (method: string): number =>
    registry.requests.filter((request) => request.method === method).length;

  test("429 with Retry-After waits as asked", async () => {
    failFirst(1, "HEAD", 429, { "retry-after": "1" });
    const start = Date.now();
    await pushBytes(open(), "text/plain", bytes);
    expect(Date.now() - start).toBeGreaterThanOrEqual(990);
  });

  test("a Retry-After beyond the limit ends it at once", async () => {
    failFirst(9, "GET", 429, { "retry-after": "3600" });
    await expect(open().fetch(blob)).rejects.toMatchObject({ code: "ORAS_TOO_MANY_REQUESTS", status: 429 });
    expect(count("GET")).toBe(1);
  });

  test("a 503 that stays is tried five times, a 400 once", async () => {
    failFirst(99, "GET", 503);
    await expect(open().fetch(blob)).rejects.toMatchObject({ code: "ORAS_REGISTRY_ERROR", status: 503 });
    expect(count("GET")).toBe(5);
    registry.requests.length = 0;
    failFirst(99, "GET", 400);
    await expect(open().fetch(blob)).rejects.toMatchObject({ status: 400 });
    expect(count("GET")).toBe(1);
  });

  test("an upload that fails begins again with a new POST", async () => {
    failFirst(2, "PUT", 502);
    await pushBytes(open(), "text/plain", bytes);
    expect([count("POST"), count("PUT")]).toEqual([3, 3]);
    expect(registry.blobs.has(blob.digest)).toBe(true);
  });

  test("an upload from a stream cannot begin again", async () => {
    failFirst(2, "PUT", 502);
    await expect(open().push(blob, single(bytes))).rejects.toMatchObject({
      code: "ORAS_REGISTRY_ERROR",
      status: 502,
    });
    expect(count("PUT")).toBe(1);
  });

  test("a broken connection is tried again", async () => {
    let broken = 0;
    registry.blobs.set(blob.digest, Buffer.from(bytes));
    registry.intercept = (_, response) => {
      if (broken++ > 0) return false;
      response.destroy();
      return true;
    };
    expect(Buffer.from(await fetchBytes(open(), blob)).toString()).toBe("hello");
  });
});

describe("a registry that does not answer", () => {
  test("refused connection", async () => {
    const { host } = registry;
    await registry.stop();
    await expect(new Repository(`${host}/a`).resolve("v1")).rejects.toMatchObject({
      code: "ORAS_CONNECTION_REFUSED",
      hint: `Is a registry running at ${host}?`,
    });
    registry = await startRegistry();
  });

  test("silence ends after the idle timeout, and a signal ends it earlier", async () => {
    registry.intercept = () => new Promise(() => undefined);
    await expect(open({ idleTimeoutMs: 50, retry: { attempts: 1 } }).resolve("v1")).rejects.toMatchObject({
      code: "ORAS_TIMEOUT",
    });
    const signal = AbortSignal.timeout(50);
    await expect(open().resolve("v1", { signal })).rejects.toBe(await signalReason(signal));
  });

  test("a body that stops in the middle ends after the idle timeout", async () => {
    registry.intercept = (_, response) => {
      response.writeHead(200, { "content-length": "5" });
      response.write("he");
      return true;
    };
    await expect(fetchBytes(open({ idleTimeoutMs: 100 }), blob)).rejects.toMatchObject({
      code: "ORAS_TIMEOUT",
    });
  });

  test("https to a plain server and http to a TLS server say so", async () => {
    await expect(open({ plainHttp: false }).resolve("v1")).rejects.toMatchObject({
      code: "ORAS_SERVER_SPEAKS_HTTP",
    });
    registry.intercept = (_, response) => {
      end(response, 400, {}, "Client sent an HTTP request to an HTTPS server.\n");
      return true;
    };
    await expect(open().fetch(blob)).rejects.toMatchObject({ code: "ORAS_SERVER_SPEAKS_TLS" });
  });

  test("a server that does not speak HTTP at all", async () => {
    const server = createServer((socket) => socket.resume().end("220 smtp ready\r\n"));
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const { port } = server.address() as AddressInfo;
    await expect(new Repository(`127.0.0.1:${port}/a`).resolve("v1")).rejects.toMatchObject({
      code: "ORAS_PROTOCOL",
    });
    await new Promise((stopped) => server.close(stopped));
  });
});

function signalReason(signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(signal.reason);
    else signal.addEventListener("abort", () => resolve(signal.reason));
  });
}

test("TLS: an unknown authority is refused, a given one trusted", async () => {
  const { key, cert } = await import("../testing/certificate.js");
  const server = createTlsServer({ key, cert }, (_, response) => response.writeHead(404).end());
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const name = `127.0.0.1:${(server.address() as AddressInfo).port}/a`;
  try {
    await expect(new Repository(name, { plainHttp: false }).resolve("v1")).rejects.toMatchObject({
      code: "ORAS_UNTRUSTED_CERTIFICATE",
    });
    await expect(new Repository(name, { plainHttp: false, ca: cert }).resolve("v1")).rejects.toMatchObject({
      code: "ORAS_NOT_FOUND",
    });
  } finally {
    server.closeAllConnections();
    await new Promise((stopped) => server.close(stopped));
  }
});
