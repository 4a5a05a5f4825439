import { describe, expect, test } from "vitest";
import { fetchBytes, pushBytes } from "../content.js";
import { digestOf } from "../digest.js";
import { mediaTypes } from "../media-types.js";
import { end, errorBody } from "../testing/registry.js";
import { blob, bytes, open, registry, useRegistry } from "../testing/hello-repository.js";

useRegistry();

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
