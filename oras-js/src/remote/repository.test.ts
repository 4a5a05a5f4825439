import { describe, expect, test } from "vitest";
import { fetchBytes, pushBytes, single } from "../content.js";
import { copy } from "../copy.js";
import { describe as descriptorOf } from "../descriptor.js";
import { mediaTypes } from "../media-types.js";
import { MemoryStore } from "../memory-store.js";
import { end } from "../testing/registry.js";
import { artifact, blob, bytes, open, registry, useRegistry } from "../testing/hello-repository.js";
import { Repository } from "./repository.js";

useRegistry();

const seen = (): string[] =>
  registry.requests.map(({ method, path }) => `${method} ${path.replace(/sha256:\w+/, "D")}`);

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
      "PUT /v2/filters/hello/blobs/uploads/1",
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
      end(response, 202, { location: `${registry.origin}/v2/elsewhere/blobs/uploads/7?state=a%2Fb&_x=y` });
      return true;
    };
    await pushBytes(open(), "text/plain", bytes);
    const put = registry.requests.at(-1)!;
    expect(put.path).toBe("/v2/elsewhere/blobs/uploads/7");
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
