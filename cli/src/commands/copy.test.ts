import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { annotationKeys, mediaTypes, OciLayout, pushBytes } from "oras-js";
import { afterEach, beforeEach, expect, test } from "vitest";
import { end, startRegistry, type TestRegistry } from "../../../oras-js/src/testing/registry.js";
import { helloImage, type HelloImage } from "../testing/hello-image.js";
import { runCommand } from "../testing/run-command.js";

let folder: string;
let image: HelloImage;
let registry: TestRegistry;
let at: Record<string, string>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "copy-"));
  image = await helloImage(join(folder, "source"));
  registry = await startRegistry();
  at = {
    SOURCE: `${folder}/source`,
    FOLDER: `${folder}/copied`,
    TAR: `${folder}/copied.tar`,
    REGISTRY: `${registry.host}/hello`,
    OTHER: `${registry.host}/other`,
  };
});
afterEach(async () => {
  await registry.stop();
  rmSync(folder, { recursive: true });
});

const run = (...words: string[]) =>
  runCommand(words.map((word) => word.replace(/^[A-Z]+/, (name) => at[name] ?? name)));

async function copied(...words: string[]): Promise<Record<string, unknown>> {
  const { exitCode, stdout, stderr } = await run("copy", ...words, "--json");
  expect(exitCode, stderr).toBe(0);
  return JSON.parse(stdout) as Record<string, unknown>;
}

test("round all three kinds of place, the digest and what is attached stay", async () => {
  const { digest } = image.manifest;
  for (const [from, to] of [
    ["SOURCE", "REGISTRY:v1"],
    ["REGISTRY:v1", "TAR"],
    ["TAR", "FOLDER"],
    ["FOLDER:v1", "OTHER:v2"],
  ] as const) {
    expect(await copied(from, to, "--recursive")).toMatchObject({ manifestDigest: digest });
    const { stdout } = await run("discover", to, "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      digest,
      referrers: [
        {
          digest: image.signature.digest,
          referrers: [{ digest: image.countersignature.digest, referrers: [] }],
        },
      ],
    });
  }
});

test("without --recursive the image alone; without a tag at the end the one that it has", async () => {
  const { stdout } = await run("copy", "SOURCE", "FOLDER");
  expect(stdout).toBe(`${folder}/copied:v1@${image.manifest.digest}\n`);
  const layout = await OciLayout.open(join(folder, "copied"));
  expect(await layout.exists(image.signature)).toBe(false);
});

test("by digest it gets no tag", async () => {
  await copied(`SOURCE@${image.manifest.digest}`, "REGISTRY");
  expect([...registry.manifests.keys()]).toEqual([image.manifest.digest]);
});

test("inside one registry blobs are mounted, not sent", async () => {
  await copied("SOURCE", "REGISTRY:v1");
  registry.intercept = ({ method, path, query }, response) => {
    // This registry keeps all blobs in one place, so only the repository's name tells where one is asked for.
    if (method === "HEAD" && path.startsWith("/v2/other/")) {
      end(response, 404);
      return true;
    }
    const mount = query.get("mount");
    if (method !== "POST" || mount === null) return false;
    end(response, 201, { location: `/v2/other/blobs/${mount}`, "docker-content-digest": mount });
    return true;
  };
  expect(await copied("REGISTRY:v1", "OTHER:v1")).toMatchObject({ copied: 1, mounted: 2, existed: 0 });
});

test("one platform out of an index", async () => {
  const { layout, manifest } = image;
  const arm = await helloImage(join(folder, "source"), "arm");
  const entry = (of: typeof manifest, architecture: string) => ({
    mediaType: of.mediaType,
    digest: of.digest,
    size: of.size,
    platform: { os: "linux", architecture },
  });
  const index = { schemaVersion: 2, manifests: [entry(manifest, "amd64"), entry(arm.manifest, "arm64")] };
  const bytes = Buffer.from(JSON.stringify(index));
  await layout.tag(await pushBytes(layout, mediaTypes.imageIndex, bytes), "both");
  const platform = ["--platform", "linux/arm64"];
  expect(await copied("SOURCE:both", "REGISTRY:arm", ...platform)).toMatchObject({
    manifestDigest: arm.manifest.digest,
  });
  const missing = await run("copy", "SOURCE:both", "REGISTRY:wasm", "--platform", "wasi/wasm");
  expect(missing.stderr).toMatch(/has no image for wasi\/wasm; there is: linux\/amd64, linux\/arm64\n$/);
});

test("a copy that fails leaves no tar file, no temporary one, and no tag", async () => {
  await copied("SOURCE", "REGISTRY:v1");
  registry.blobs.set(image.layer.digest, Buffer.from("wrong"));
  const tar = await run("copy", "REGISTRY:v1", "TAR");
  expect(tar.exitCode).toBe(1);
  expect(tar.stderr).toMatch(/^error: The content of sha256:[0-9a-f]+ has the digest /);
  expect(existsSync(at["TAR"]!)).toBe(false);
  expect(readdirSync(folder)).toEqual(["source"]);
  expect((await run("copy", "REGISTRY:v1", "FOLDER")).exitCode).toBe(1);
  expect(await (await OciLayout.open(at["FOLDER"]!)).tags()).toEqual([]);
});

test("a tag that is not there: which there are, the nearest first", async () => {
  await copied("SOURCE", "REGISTRY:v1");
  await copied("SOURCE", "REGISTRY:latest", "--recursive");
  const { exitCode, stderr } = await run("copy", "REGISTRY:v2", "FOLDER");
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: `error: The tag "v2" is not in ${registry.host}/hello; there is: v1, latest\n`,
  });
  expect(existsSync(at["FOLDER"]!)).toBe(false);
});

test.each([
  [["SOURCE", `FOLDER:v1@${annotationKeys.title}`], /not a tag/],
  [["SOURCE", `REGISTRY:v1@sha256:${"0".repeat(64)}`], /names a tag and a digest; the digest follows/],
  [
    ["SOURCE", "REGISTRY:v1", "--platform", "linux"],
    /--platform linux is not OS\/ARCH; write it like linux\/amd64/,
  ],
  [["SOURCE", "REGISTRY:v1", "--to-plain-http", "--to-ca-file", "x"], /--ca-file is given with --plain-http/],
])("copy %j is a wrong command line", async (words, message) => {
  const { exitCode, stderr } = await run("copy", ...words);
  expect(stderr).toMatch(message);
  expect(exitCode).toBe(2);
});
