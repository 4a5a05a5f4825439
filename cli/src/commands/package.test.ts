import { readFileSync, rmSync } from "node:fs";
import { idlePlugin } from "as-proxy-wasm-sim";
import { discover, fetchBytes, fetchManifest, OciLayout } from "oras-js";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { runCommand } from "../testing/run-command.js";
import { scratchProject, type ScratchProject } from "../testing/scratch-project.js";

const { code } = idlePlugin.vmConfig;
let project: ScratchProject;

beforeAll(() => {
  project = scratchProject();
});
afterAll(() => project.remove());
beforeEach(() => {
  project.write("build/filter.wasm", code);
  project.write("filter.json", '{"name":"my_filter","rootId":"hello","wasm":"build/filter.wasm"}');
});

interface Packaged {
  readonly layout: string;
  readonly form: string;
  readonly tag: string;
  readonly manifestDigest: string;
  readonly wasmDigest: string;
  readonly attached: readonly { readonly kind: string; readonly fileName: string; readonly digest: string }[];
}

async function packaged(...options: readonly string[]): Promise<Packaged> {
  const { exitCode, stdout, stderr } = await runCommand(["package", project.folder, ...options, "--json"]);
  expect(exitCode, stderr).toBe(0);
  return JSON.parse(stdout) as Packaged;
}

describe("package", () => {
  test("gives the same digest every time, and another one with another date", async () => {
    const first = await packaged();
    rmSync(project.path("build/oci"), { recursive: true });
    expect(await packaged()).toEqual(first);
    const dated = await runCommand(["package", project.folder, "--json"], {
      environment: { SOURCE_DATE_EPOCH: "1700000000" },
    });
    const later = JSON.parse(dated.stdout) as Packaged;
    expect(later.manifestDigest).not.toBe(first.manifestDigest);
    expect(later.wasmDigest).toBe(first.wasmDigest);
  });

  test("says where each digest belongs, and takes the tag from package.json", async () => {
    const { stdout, stderr } = await runCommand(["package", project.folder]);
    expect(stdout).toMatch(
      /build\/oci {2}0\.1\.0, compat, module 87 B\n {2}image {2}sha256:[0-9a-f]{64} {2}pins oci:\/\/ URLs.*\n {2}wasm {3}sha256:[0-9a-f]{64} {2}pins the bare file/,
    );
    expect(stderr).toBe("next: as-proxy-wasm push REGISTRY/REPOSITORY:TAG\n");
  });

  test("leaves nothing of an earlier image behind", async () => {
    const before = await packaged();
    project.write("build/filter.wasm", Buffer.concat([code, Buffer.from([0, 2, 1, 0x78])]));
    await packaged();
    const blob = project.path("build/oci/blobs/sha256", before.manifestDigest.slice(7));
    expect(() => readFileSync(blob)).toThrow("ENOENT");
  });

  test.each([
    [
      "no module",
      () => rmSync(project.path("build/filter.wasm")),
      /there is no file .*filter\.wasm; run as-proxy-wasm build first/,
    ],
    [
      "no wasm",
      () => project.write("build/filter.wasm", "text"),
      /filter\.wasm is not a wasm module; run as-proxy-wasm build again/,
    ],
    [
      "a module without ABI",
      () => project.write("build/filter.wasm", Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)),
      /would not load: Missing or unknown Proxy-Wasm ABI version; .*; run as-proxy-wasm check/,
    ],
  ])("with %s says what to do", async (_, spoil, message) => {
    spoil();
    const { exitCode, stderr } = await runCommand(["package", project.folder]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(message);
  });

  test("refuses a date that is none", async () => {
    const { exitCode, stderr } = await runCommand(["package", project.folder], {
      environment: { SOURCE_DATE_EPOCH: "today" },
    });
    expect(stderr).toBe('error: SOURCE_DATE_EPOCH is "today"; set it to seconds since 1970, or unset it\n');
    expect(exitCode).toBe(2);
  });
});

describe("package --layout", () => {
  test.each(["compat", "oci", "cncf"])("%s makes that layout", async (layout) => {
    const { form, manifestDigest } = await packaged("--layout", layout);
    expect(form).toBe(layout);
    expect((await packaged("--layout", layout)).manifestDigest).toBe(manifestDigest);
  });

  test("refuses another one", async () => {
    const { exitCode, stderr } = await runCommand(["package", project.folder, "--layout", "docker"]);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: "error: --layout docker is no layout; use compat, oci, cncf\n",
    });
  });
});

test("package says in annotations what package.json and the module say", async () => {
  project.write(
    "package.json",
    JSON.stringify({
      version: "1.2.3",
      description: "Says hello.",
      license: "MIT",
      author: { name: "The authors" },
      homepage: "https://example.com/hello",
      repository: { url: "git+https://user:secret@example.com/hello.git" },
    }),
  );
  const { layout, manifestDigest } = await packaged();
  const opened = await OciLayout.open(layout);
  const { annotations } = await fetchManifest(opened, await opened.resolve(manifestDigest));
  expect(annotations).toEqual({
    "module.wasm.image/variant": "compat",
    "org.opencontainers.image.authors": "The authors",
    "org.opencontainers.image.description": "Says hello.",
    "org.opencontainers.image.licenses": "MIT",
    "org.opencontainers.image.source": "https://example.com/hello",
    "org.opencontainers.image.title": "my_filter",
    "org.opencontainers.image.url": "https://example.com/hello",
    "org.opencontainers.image.version": "1.2.3",
    "proxy-wasm.abi": "0.2.1",
    "proxy-wasm.kind": "http",
    "proxy-wasm.sdk": "as-proxy-wasm-sdk 0.1.0",
    "proxy-wasm.target": "envoy",
  });
});

describe("package --attach", () => {
  test("attaches readme and schema as referrers, and leaves the image as it is", async () => {
    project.write("README.md", "# Hello\n");
    project.write("schema.json", "{}");
    project.write(
      "filter.json",
      '{"name":"my_filter","rootId":"hello","wasm":"build/filter.wasm","configurationSchema":"schema.json"}',
    );
    const { manifestDigest } = await packaged();
    const { layout, attached, ...rest } = await packaged("--attach", "readme,schema");
    expect(rest.manifestDigest).toBe(manifestDigest);
    expect(attached).toMatchObject([
      { kind: "readme", fileName: "README.md" },
      { kind: "schema", fileName: "schema.json" },
    ]);
    const opened = await OciLayout.open(layout);
    expect(await opened.tags()).toEqual([rest.tag]);
    const referrers = await discover(opened, await opened.resolve(rest.tag));
    expect(referrers.map(({ artifactType, digest }) => [artifactType, digest])).toEqual([
      ["application/vnd.proxy-wasm.readme", attached[0]!.digest],
      ["application/vnd.proxy-wasm.configuration-schema", attached[1]!.digest],
    ]);
    const { layers } = await fetchManifest(opened, referrers[0]!);
    expect(Buffer.from(await fetchBytes(opened, layers[0]!)).toString()).toBe("# Hello\n");
  });

  test("attaches npm's bill of materials, the same each time", { timeout: 60_000 }, async () => {
    // Linked packages of this repository are none that npm would have installed.
    rmSync(project.path("node_modules"), { recursive: true });
    project.write("package.json", '{ "name": "hello", "version": "1.2.3" }');
    const first = await packaged("--attach", "sbom");
    expect(first.attached).toMatchObject([{ kind: "sbom", fileName: "sbom.cdx.json" }]);
    expect(await packaged("--attach", "sbom")).toEqual(first);
    const layout = await OciLayout.open(first.layout);
    const { layers } = await fetchManifest(layout, await layout.resolve(first.attached[0]!.digest));
    const bill = JSON.parse(Buffer.from(await fetchBytes(layout, layers[0]!)).toString()) as object;
    expect(bill).toMatchObject({ bomFormat: "CycloneDX", metadata: { component: { name: "hello" } } });
  });

  test.each([
    ["icon", 2, "--attach icon is nothing that can be attached; use readme, schema, sbom"],
    ["schema", 1, "filter.json names no configurationSchema; name the file of a JSON schema there"],
  ])("refuses %s", async (what, expected, message) => {
    const { exitCode, stderr } = await runCommand(["package", project.folder, "--attach", what]);
    expect(exitCode).toBe(expected);
    expect(stderr).toContain(message);
  });

  test("asks for a README that is not there", async () => {
    rmSync(project.path("README.md"), { force: true });
    const { exitCode, stderr } = await runCommand(["package", project.folder, "--attach", "readme"]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/there is no README in .*; write a README\.md, or leave readme out of --attach/);
  });
});
