import { describe, expect, test } from "vitest";
import { fetchBytes } from "../content.js";
import { copy } from "../copy.js";
import { describe as descriptorOf } from "../descriptor.js";
import { artifact, fast, open, registry, useRegistry } from "../testing/hello-repository.js";
import { end } from "../testing/registry.js";
import { Repository } from "./repository.js";

useRegistry();

const bytes = new Uint8Array(2_500).map((_, index) => index % 251);
const blob = descriptorOf("text/plain", bytes);
const chunkBytes = 1_000;
const patches = (): (string | undefined)[] =>
  registry.requests.filter(({ method }) => method === "PATCH").map(({ contentRange }) => contentRange);

async function* pieces() {
  for (let at = 0; at < bytes.byteLength; at += 700) yield bytes.subarray(at, at + 700);
}

describe("uploads in chunks", () => {
  test("when asked for by option: every chunk follows the Location before it", async () => {
    await open({ chunkBytes }).push(blob, pieces());
    expect(patches()).toEqual(["0-999", "1000-1999", "2000-2499"]);
    expect(Buffer.compare(registry.blobs.get(blob.digest)!, bytes)).toBe(0);
  });

  test("when the registry asks for it, and in one request when the blob is smaller than a chunk", async () => {
    registry.intercept = ({ method }, response) => {
      if (method === "POST") response.setHeader("oci-chunk-min-length", "1200");
      return false;
    };
    await open({ chunkBytes }).push(blob, bytes);
    expect(patches()).toEqual(["0-1199", "1200-2399", "2400-2499"]);
    registry.requests.length = 0;
    await open().push(descriptorOf("text/plain", bytes.subarray(1)), bytes.subarray(1));
    expect(patches()).toEqual([]);
  });

  test("a chunk that breaks off is gone on with from where the registry is, even from a stream", async () => {
    let broken = false;
    registry.intercept = ({ method, path, contentRange }, response) => {
      if (method !== "PATCH" || contentRange !== "1000-1999" || broken) return false;
      broken = true;
      registry.uploads.set(path, Buffer.from(bytes.subarray(0, 1_300)));
      response.destroy();
      return true;
    };
    await open({ chunkBytes }).push(blob, pieces());
    expect(patches()).toEqual(["0-999", "1000-1999", "1300-1999", "2000-2499"]);
    expect(Buffer.compare(registry.blobs.get(blob.digest)!, bytes)).toBe(0);
  });

  test("a registry that lost the place ends it", async () => {
    registry.intercept = ({ method, path, contentRange }, response) => {
      if (method !== "PATCH" || contentRange !== "1000-1999") return false;
      registry.uploads.set(path, Buffer.from("x"));
      end(response, 503);
      return true;
    };
    await expect(open({ chunkBytes }).push(blob, bytes)).rejects.toMatchObject({ code: "ORAS_PROTOCOL" });
    expect(registry.blobs.size).toBe(0);
  });

  test("wrong content never becomes whole, and a chunk size beyond all measure is refused", async () => {
    const wrong = Uint8Array.from(bytes);
    wrong[2_499] = 7;
    await expect(open({ chunkBytes }).push(blob, wrong)).rejects.toMatchObject({
      code: "ORAS_DIGEST_MISMATCH",
    });
    expect(registry.blobs.size).toBe(0);
    registry.intercept = ({ method }, response) => {
      if (method === "POST") response.setHeader("oci-chunk-min-length", "999999999999");
      return false;
    };
    await expect(open().push(blob, bytes)).rejects.toMatchObject({ code: "ORAS_TOO_LARGE" });
  });
});

describe("mounts", () => {
  test("copy inside one registry moves no blob", async () => {
    const { store, manifest } = await artifact();
    await copy(store, "v1", open());
    registry.requests.length = 0;
    registry.intercept = ({ method, path, query }, response) => {
      if (method === "HEAD" && path.startsWith("/v2/other/")) {
        end(response, 404);
        return true;
      }
      if (!query.has("mount")) return false;
      expect(query.get("from")).toBe("filters/hello");
      end(response, 201, { location: "/v2/other/blobs/x" });
      return true;
    };
    const outcomes: string[] = [];
    const other = new Repository(`${registry.host}/other`, { retry: fast });
    await copy(open(), "v1", other, "v1", { onCopied: (_, outcome) => outcomes.push(outcome) });
    expect(outcomes).toEqual(["mounted", "mounted", "copied"]);
    expect(
      registry.requests.filter(({ method, path }) => method === "GET" && path.includes("/blobs/")),
    ).toEqual([]);
    expect(registry.manifests.has(manifest.digest)).toBe(true);
  });

  test("a registry that begins an upload in place of it is told that nothing comes, and gets the bytes", async () => {
    await open().push(blob, bytes);
    registry.requests.length = 0;
    const other = new Repository(`${registry.host}/other`, { retry: fast });
    expect(await other.mount(blob, open())).toBe(false);
    expect(registry.requests.map(({ method }) => method)).toEqual(["POST", "DELETE"]);
    expect(await other.mount(blob, new Repository("localhost:1/other"))).toBe(false);
    expect(Buffer.compare(await fetchBytes(other, blob), bytes)).toBe(0);
  });
});

describe("an upload that nobody will finish is called off", () => {
  const calledOff = (): string[] =>
    registry.requests.filter(({ method }) => method === "DELETE").map(({ path }) => path);

  test("when a signal ends it in the middle, in one request or in chunks", async () => {
    for (const options of [{}, { chunkBytes }]) {
      registry.requests.length = 0;
      const abort = new AbortController();
      const slow = async function* () {
        yield bytes.subarray(0, 1_500);
        abort.abort(new Error("enough"));
        yield bytes.subarray(1_500);
      };
      await expect(open(options).push(blob, slow, { signal: abort.signal })).rejects.toThrow("enough");
      expect(calledOff()).toEqual([registry.requests.find(({ method }) => method !== "POST")!.path]);
      expect(registry.blobs.size).toBe(0);
    }
  });

  test("when the content is not what it should be, and a registry that cannot do so changes nothing", async () => {
    registry.intercept = ({ method }, response) => {
      if (method === "DELETE") end(response, 405);
      return method === "DELETE";
    };
    const wrong = Uint8Array.from(bytes).fill(7, 100, 200);
    await expect(open().push(blob, wrong)).rejects.toMatchObject({ code: "ORAS_DIGEST_MISMATCH" });
    expect(calledOff()).toHaveLength(1);
  });
});
