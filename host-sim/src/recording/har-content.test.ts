import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, deflateSync, gunzipSync, gzipSync, inflateSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { firstValue } from "../byte-string.js";
import { loadRecording, type OpenRecordingOptions } from "./open-recording.js";
import type { RecordedMessage } from "./recorded-stream.js";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "har-content-"));
  await mkdir(join(folder, "har"));
});
afterAll(() => rm(folder, { recursive: true }));

const har = (content: object, headers: readonly object[] = []): string =>
  JSON.stringify({
    log: {
      entries: [
        {
          request: { method: "GET", url: "http://a/", httpVersion: "HTTP/1.1", headers: [] },
          response: { status: 200, headers, content },
        },
      ],
    },
  });

async function response(
  bytes: string | Uint8Array,
  options: OpenRecordingOptions = {},
): Promise<RecordedMessage> {
  const path = join(folder, "har", "site.har");
  await writeFile(path, bytes);
  const { streams } = await loadRecording(path, options);
  return streams[0]!.response!;
}

const bodyBytes = ({ body }: RecordedMessage): Buffer =>
  Buffer.concat(body.kind === "recorded" ? body.chunks : []);

describe("a body in a file beside the HAR (Playwright's content: attach)", () => {
  test("is read", async () => {
    await writeFile(join(folder, "har", "0a1b.bin"), Uint8Array.of(0xff, 0));
    expect(bodyBytes(await response(har({ size: 2, _file: "0a1b.bin" })))).toEqual(Buffer.of(0xff, 0));
  });

  test("that is not there is missing", async () => {
    expect((await response(har({ size: 2, _file: "gone.bin" }))).body).toEqual({
      kind: "missing",
      size: 2,
      reason: "the file beside the HAR that it stands in is not there",
    });
  });

  test.each(["../secret.txt", "/etc/passwd", "..", "a\\b", "link"])("never is %s", async (name) => {
    await writeFile(join(folder, "secret.txt"), "secret");
    await symlink(join(folder, "secret.txt"), join(folder, "har", "link")).catch(() => undefined);
    await expect(response(har({ size: 6, _file: name }))).rejects.toMatchObject({
      code: "ERR_RECORDING_BAD_FIELD",
      message: expect.stringContaining("site.har: log.entries[0].response.content._file is"),
    });
  });
});

describe("a body that was packed on the wire", () => {
  const packed = (coding: string): string =>
    har({ size: 4, text: "text" }, [
      { name: "Content-Encoding", value: coding },
      { name: "Content-Length", value: "99" },
    ]);

  test("loses its coding", async () => {
    const message = await response(packed("gzip"));
    expect(bodyBytes(message).toString()).toBe("text");
    expect(firstValue(message.headers, "content-encoding")).toBeNull();
    expect(firstValue(message.headers, "content-length")).toBe("4");
  });

  test.each([
    ["gzip", gunzipSync],
    ["br", brotliDecompressSync],
    ["deflate", inflateSync],
    ["deflate, gzip", (bytes: Uint8Array) => inflateSync(gunzipSync(bytes))],
  ])("or is packed again: %s", async (coding, unpack) => {
    const message = await response(packed(coding), { wire: "recompress" });
    expect(unpack(bodyBytes(message)).toString()).toBe("text");
    expect(firstValue(message.headers, "content-encoding")).toBe(coding);
    expect(firstValue(message.headers, "content-length")).toBe(String(bodyBytes(message).length));
  });

  test("by a coding that is not known here, loses it all the same", async () => {
    const message = await response(packed("zstd"), { wire: "recompress" });
    expect(bodyBytes(message).toString()).toBe("text");
    expect(firstValue(message.headers, "content-encoding")).toBeNull();
  });
});

describe("a HAR that is packed itself", () => {
  const text = har({ size: 4, text: "text" });

  test.each([
    ["zlib, as mitmproxy's .zhar", deflateSync(text)],
    ["gzip", gzipSync(text)],
  ])("%s", async (_, bytes) => {
    expect(bodyBytes(await response(bytes)).toString()).toBe("text");
  });

  test("and cut off", async () => {
    await expect(response(gzipSync(text).subarray(0, 60))).rejects.toMatchObject({
      code: "ERR_RECORDING_TRUNCATED",
      message: "site.har: does not unpack",
    });
  });
});
