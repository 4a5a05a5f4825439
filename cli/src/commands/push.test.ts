import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { OciLayout } from "oras-js";
import { afterEach, beforeEach, expect, test } from "vitest";
import { demand, end, startRegistry, type TestRegistry } from "../../../oras-js/src/testing/registry.js";
import { helloImage, type HelloImage } from "../testing/hello-image.js";
import { runCommand } from "../testing/run-command.js";

let project: string;
let image: HelloImage;
let registry: TestRegistry;

beforeEach(async () => {
  project = mkdtempSync(join(tmpdir(), "push-"));
  image = await helloImage(join(project, "build/oci"));
  registry = await startRegistry();
});
afterEach(async () => {
  await registry.stop();
  rmSync(project, { recursive: true });
});

const push = (...argv: string[]) => runCommand(["push", ...argv, "-C", project]);

test("what is attached goes with the image; stdout has the pinned reference and nothing else", async () => {
  const { exitCode, stdout, stderr } = await push(`oci://${registry.host}/hello:v2`);
  const { manifest, signature, countersignature } = image;
  expect({ exitCode, stdout, stderr }).toEqual({
    exitCode: 0,
    stdout: `${registry.host}/hello:v2@${manifest.digest}\n`,
    stderr: `next: as-proxy-wasm manifest istio ${registry.host}/hello:v2@${manifest.digest}\n`,
  });
  for (const { digest } of [manifest, signature, countersignature])
    expect([...registry.manifests.keys()]).toContain(digest);
  expect(registry.manifests.get("v2")).toEqual(registry.manifests.get(manifest.digest));
});

test("the tag comes when all the rest is there", async () => {
  await push(`${registry.host}/hello:v1`);
  const written = registry.requests.filter(({ method }) => method === "PUT").map(({ path }) => path);
  expect(written.filter((path) => path.endsWith("/manifests/v1"))).toHaveLength(1);
  expect(written.at(-1)).toBe("/v2/hello/manifests/v1");
});

test("as JSON: what was sent and what was there", async () => {
  await push(`${registry.host}/hello:v1`);
  const { stdout } = await push(`${registry.host}/hello:v2`, "--json");
  const result = JSON.parse(stdout) as { content: { outcome: string }[] };
  expect(result).toMatchObject({
    reference: `${registry.host}/hello:v2@${image.manifest.digest}`,
    manifestDigest: image.manifest.digest,
  });
  expect(new Set(result.content.map(({ outcome }) => outcome))).toEqual(new Set(["existed"]));
});

test("on a terminal lines move while bytes do, and one stays for each piece", async () => {
  const drawn: (readonly string[])[] = [];
  const { stderr } = await runCommand(["push", `${registry.host}/hello:v1`, "-C", project], {
    progress: (lines) => drawn.push(lines),
  });
  expect(drawn.flat().join("\n")).toMatch(/sha256:[0-9a-f]{12} {2}\d+ B of \d+ B {2}100 %/);
  expect(drawn.at(-1)).toEqual([]);
  expect(stderr).toContain(`sent    ${image.layer.digest}  5 B\n`);
});

test("another layout than the project's", async () => {
  const other = await helloImage(join(project, "other"), "other");
  const { stdout } = await push(`${registry.host}/hello:v1`, "--from", `${project}/other:v1`);
  expect(stdout).toContain(other.manifest.digest);
});

test.each([
  [["HOST/hello"], 2, /names no version; write a tag behind it, as in/],
  [[`HOST/hello:v1@sha256:${"0".repeat(64)}`], 2, /names a digest; push to a tag/],
  [["./build/oci"], 2, /\.\/build\/oci is a path, and this needs an image in a registry/],
  [
    ["HOST/hello:v1", "--from", "./nowhere"],
    1,
    /there is no image in \.\/nowhere; run as-proxy-wasm package/,
  ],
])("%j is refused before anything is sent", async (argv, expected, message) => {
  const { exitCode, stdout, stderr } = await push(...argv.map((word) => word.replace("HOST", registry.host)));
  expect(stderr).toMatch(message);
  expect({ exitCode, stdout }).toEqual({ exitCode: expected, stdout: "" });
  expect(registry.requests).toEqual([]);
});

test("an empty layout is nothing to push", async () => {
  const empty = join(project, "empty");
  await OciLayout.create(empty);
  const { exitCode, stderr } = await push(`${registry.host}/hello:v1`, "--from", empty);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: `error: ${empty} holds no tagged image; run as-proxy-wasm package first\n`,
  });
});

test("what a registry refuses ends in what to do", async () => {
  registry.intercept = demand("Basic nobody", 'Basic realm="test"');
  const refused = await runCommand(["push", `${registry.host}/hello:v1`, "-C", project], {
    environment: {},
  });
  expect(refused.exitCode).toBe(1);
  expect(refused.stderr).toMatch(new RegExp(`; log in with as-proxy-wasm login ${registry.host}\n$`));
});

test("a read-only registry leaves no tag and says so", async () => {
  registry.intercept = ({ method }, response) => {
    if (method === "GET" || method === "HEAD") return false;
    end(response, 405, {}, '{"errors":[{"code":"UNSUPPORTED","message":"read-only"}]}');
    return true;
  };
  const { exitCode, stderr } = await push(`${registry.host}/hello:v1`);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/answers 405 while pushing .*: UNSUPPORTED: read-only; the registry is read-only/);
  expect(registry.manifests.size).toBe(0);
});

test("it loads neither the simulator nor the compiler: a small push is hardly more than Node's own start", () => {
  const { metafile } = buildSync({
    entryPoints: [fileURLToPath(new URL("push.ts", import.meta.url))],
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    write: false,
    metafile: true,
    outfile: "push.js",
  });
  const imports = metafile.outputs["push.js"]!.imports.filter(({ kind }) => kind === "import-statement");
  const packages = imports.map(({ path }) => path).filter((path) => !path.startsWith("node:"));
  expect([...new Set(packages)]).toEqual(["oras-js"]);
});
