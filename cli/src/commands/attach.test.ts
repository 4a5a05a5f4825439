import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { annotationKeys, fetchBytes, fetchManifest, OciLayout } from "oras-js";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startRegistry, type TestRegistry } from "../../../oras-js/src/testing/registry.js";
import { helloImage, signatureType } from "../testing/hello-image.js";
import { runCommand } from "../testing/run-command.js";

let folder: string;
let registry: TestRegistry;
const path = (name: string): string => join(folder, name);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "attach-"));
  await helloImage(path("oci"));
  registry = await startRegistry();
  writeFileSync(path("sbom.spdx.json"), '{"spdxVersion":"SPDX-2.3"}');
  writeFileSync(path("report"), "fine");
});
afterEach(async () => {
  await registry.stop();
  rmSync(folder, { recursive: true });
});

const sbomType = "application/spdx+json";

test.each(["a folder", "a registry", "a registry with the referrers API"])(
  "files hang on an image in %s, which stays as it is",
  async (kind) => {
    registry.referrersApi = kind.endsWith("API");
    const address = kind === "a folder" ? path("oci:v1") : `${registry.host}/hello:v1`;
    if (kind !== "a folder") await runCommand(["copy", path("oci"), address, "--recursive"]);
    const before = await runCommand(["discover", address, "--json"]);

    const files = [path("sbom.spdx.json"), `${path("report")}:application/vnd.example.report`];
    const words = ["--artifact-type", sbomType, "--annotation", "org.example.run=4=2"];
    const { exitCode, stdout, stderr } = await runCommand(["attach", address, ...files, ...words]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const reference = stdout.trim();
    expect(reference).toMatch(/@sha256:[0-9a-f]{64}$/);

    const after = JSON.parse((await runCommand(["discover", address, "--json"])).stdout);
    expect(after.reference).toBe(JSON.parse(before.stdout).reference);
    const attached = after.referrers.find(({ artifactType }: never) => artifactType === sbomType);
    expect(attached).toMatchObject({ annotations: { "org.example.run": "4=2" } });
    expect(reference.endsWith(`@${attached.digest}`)).toBe(true);

    const copy = path("attached");
    expect((await runCommand(["copy", reference, copy])).exitCode).toBe(0);
    const layout = await OciLayout.open(copy);
    const { layers } = await fetchManifest(layout, await layout.resolve(attached.digest));
    expect(layers.map((layer) => [layer.mediaType, layer.annotations?.[annotationKeys.title]])).toEqual([
      [sbomType, "sbom.spdx.json"],
      ["application/vnd.example.report", "report"],
    ]);
    expect(Buffer.from(await fetchBytes(layout, layers[1]!)).toString()).toBe("fine");
  },
);

test("discover draws the tree, and of one type only its branch", async () => {
  await runCommand(["attach", path("oci:v1"), path("sbom.spdx.json"), "--artifact-type", sbomType]);
  const { stdout } = await runCommand(["discover", path("oci")]);
  expect(stdout.replaceAll(/[0-9a-f]{64}/g, "…").replaceAll(folder, "")).toBe(
    [
      "/oci@sha256:…",
      `├── ${signatureType}  sha256:…`,
      `│   └── ${signatureType}  sha256:…`,
      `└── ${sbomType}  sha256:…`,
      "",
    ].join("\n"),
  );
  const some = await runCommand(["discover", path("oci"), "--artifact-type", sbomType]);
  expect(some.stdout.split("\n")).toHaveLength(3);
  const none = await runCommand(["discover", path("oci"), "--artifact-type", "text/plain"]);
  expect({ exitCode: none.exitCode, stderr: none.stderr }).toEqual({
    exitCode: 0,
    stderr: "nothing is attached to it\n",
  });
});

test.each([
  [["sbom.spdx.json"], 2, /--artifact-type is missing; say what is attached, as in --artifact-type/],
  [["--artifact-type", sbomType], 2, /there is no file to attach; name one/],
  [
    ["report", "--artifact-type", sbomType],
    2,
    /the media type of .*report is not known; write it behind the name/,
  ],
  [["gone.json", "--artifact-type", sbomType], 1, /gone\.json cannot be read or written: ENOENT/],
  [["sbom.spdx.json", "--artifact-type", "sbom"], 1, /artifactType is "sbom", not a media type/],
  [
    ["sbom.spdx.json", "--artifact-type", sbomType, "--annotation", "x"],
    2,
    /--annotation x is not KEY=VALUE/,
  ],
])("attach %j is refused and changes nothing", async (words, expected, message) => {
  const before = await runCommand(["discover", path("oci"), "--json"]);
  const argv = words.map((word) =>
    /^(?:sbom|report|gone)\.?.*$/.test(word) && word !== "sbom" ? path(word) : word,
  );
  const { exitCode, stderr } = await runCommand(["attach", path("oci"), ...argv]);
  expect(stderr).toMatch(message);
  expect(exitCode).toBe(expected);
  expect((await runCommand(["discover", path("oci"), "--json"])).stdout).toBe(before.stdout);
});

test("a tar file takes nothing more", async () => {
  await runCommand(["copy", path("oci"), path("oci.tar")]);
  const words = [path("sbom.spdx.json"), "--artifact-type", sbomType];
  const { exitCode, stderr } = await runCommand(["attach", path("oci.tar"), ...words]);
  expect(stderr).toMatch(/is a tar file, to which nothing is added; copy it to a folder/);
  expect(exitCode).toBe(2);
});
