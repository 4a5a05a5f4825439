import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { digestOf, fetchBytes, fetchManifest, OciLayout, pack, pushBytes } from "oras-js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startRegistry, type TestRegistry } from "../../../oras-js/src/testing/registry.js";
import { sentence } from "../errors.js";
import { openDestination, openSource, pinned, readAddress, resolveSource } from "./address.js";

const digest = digestOf(Buffer.from("x"));
let folder: string;
let registry: TestRegistry;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "address-"));
  registry = await startRegistry();
});
afterAll(async () => {
  await registry.stop();
  rmSync(folder, { recursive: true });
});

describe("what an address names", () => {
  test.each([
    ["ghcr.io/me/hello:v1", { kind: "registry", registry: "ghcr.io", repository: "me/hello", tag: "v1" }],
    ["oci://127.0.0.1:5000/a", { kind: "registry", registry: "127.0.0.1:5000", repository: "a" }],
    [`ghcr.io/a:v1@${digest}`, { kind: "registry", registry: "ghcr.io", repository: "a", tag: "v1", digest }],
    ["./build/oci", { kind: "layout", path: "./build/oci" }],
    [".", { kind: "layout", path: "." }],
    ["./build/oci:v1", { kind: "layout", path: "./build/oci", tag: "v1" }],
    ["/srv/hello.tar:v1", { kind: "layout", path: "/srv/hello.tar", tag: "v1" }],
    [`../oci@${digest}`, { kind: "layout", path: "../oci", digest }],
    [`../o@ci:v1@${digest}`, { kind: "layout", path: "../o@ci", tag: "v1", digest }],
    ["./a:b/c", { kind: "layout", path: "./a:b/c" }],
  ])("%s", (text, expected) => {
    expect(readAddress(text)).toEqual({ text, ...expected });
  });

  test.each([
    ["hello.tar", /a path begins with \.\/ as in \.\/hello\.tar$/],
    ["hello", /a path begins with \.\//],
    ["https://ghcr.io/a:v1", /begins with https:\/\/; write it without https:\/\/$/],
    ["./oci:-", /"-" in \.\/oci:- is not a tag; a tag has/],
    ["./oci@sha256:12", /sha256:12 is no digest; write sha256: and 64 hex digits$/],
    ["ghcr.io/Me/a:v1", /repository names are lower case$/],
  ])("%s is a mistake in the command line", (text, message) => {
    const error = (() => {
      try {
        return readAddress(text);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toMatchObject({ code: "ERR_USAGE" });
    expect(sentence(error)).toMatch(message);
  });

  test("pinned, it keeps its tag for people", () => {
    expect(pinned(readAddress("oci://ghcr.io/a:v1"), digest)).toBe(`ghcr.io/a:v1@${digest}`);
    expect(pinned(readAddress(`ghcr.io/a@${digest}`), digest)).toBe(`ghcr.io/a@${digest}`);
    expect(pinned(readAddress("./oci:v1"), digest)).toBe(`./oci:v1@${digest}`);
  });
});

test.each(["a registry", "a folder", "a tar file"])("what goes into %s comes out of it", async (kind) => {
  const text = {
    "a registry": `${registry.host}/hello:v1`,
    "a folder": `${folder}/oci:v1`,
    "a tar file": `${folder}/oci.tar:v1`,
  }[kind]!;
  const destination = await openDestination(readAddress(text), {});
  const layer = await pushBytes(destination.target, "text/plain", Buffer.from("hello"));
  const manifest = await pack(destination.target, { artifactType: "text/plain", layers: [layer] });
  await destination.target.tag(manifest, "v1");
  await destination.finish();

  const source = await openSource(readAddress(text), {});
  const found = await resolveSource(source);
  expect(found.digest).toBe(manifest.digest);
  const { layers } = await fetchManifest(source.target, found);
  expect(Buffer.from(await fetchBytes(source.target, layers[0]!)).toString()).toBe("hello");

  const missing = await openSource(readAddress(text.replace(/:v1$/, ":v2")), {});
  await expect(resolveSource(missing).catch((error: unknown) => sentence(error))).resolves.toMatch(
    /^The tag "v2" is not in .*; there is: v1$/,
  );
});

test("a layout with one image needs no tag, with two it does", async () => {
  const path = join(folder, "several");
  const layout = await OciLayout.create(path);
  const open = () => openSource(readAddress(path), {});
  await expect(open()).rejects.toMatchObject({ code: "ERR_NOT_PACKAGED" });
  const manifest = await pack(layout, { artifactType: "text/plain" });
  // Some tools write one image and no tag.
  expect((await open()).name).toBe(manifest.digest);
  await layout.tag(manifest, "v1");
  expect((await open()).name).toBe("v1");
  await layout.tag(manifest, "v2");
  await expect(open().catch((error: unknown) => sentence(error))).resolves.toBe(
    `${path} holds 2 tags: v1, v2; say which, as in ${path}:v1`,
  );
});

test("a tar file is not there before it is finished, and never when it is abandoned", async () => {
  const path = join(folder, "half.tar");
  const destination = await openDestination(readAddress(path), {});
  await pushBytes(destination.target, "text/plain", Buffer.from("hello"));
  await expect(openSource(readAddress(path), {})).rejects.toMatchObject({ code: "ERR_NOT_PACKAGED" });
  await destination.abandon();
  await expect(openSource(readAddress(path), {})).rejects.toMatchObject({ code: "ERR_NOT_PACKAGED" });
});

test("what is no layout is said so", async () => {
  const path = join(folder, "text.tar");
  writeFileSync(path, "text");
  await expect(openSource(readAddress(path), {})).rejects.toMatchObject({ code: "ORAS_INVALID_LAYOUT" });
  await expect(openSource(readAddress(folder), {})).rejects.toMatchObject({ code: "ORAS_INVALID_LAYOUT" });
});
